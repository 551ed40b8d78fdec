"""How a client comes into the cabinet, for which organisation, and what is not his."""

from tests.browser.site import Site, Visitors, link_in, log_in

BELOV = "anton.belov"
TWO_ORGANISATIONS = "sergey.volkov"
ADDRESS = "elena@kuznetsova.example"


async def test_a_client_enters_the_cabinet_at_the_issuer_and_leaves_it_everywhere(
    site: Site, visitors: Visitors
) -> None:
    anton = await visitors.stranger()
    await anton.open("/")
    assert anton.path == "/login"
    await anton.check("login")
    await log_in(anton, BELOV)
    elsewhere = await visitors.stranger()
    await log_in(elsewhere, BELOV)
    await anton.page.locator(".account summary").click()
    await anton.check("account-menu")
    await anton.named("Выйти на всех устройствах").click()
    await anton.check()
    site.sessions.pop(BELOV, None)  # what another journey left
    await anton.confirm("Выйти на всех устройствах")
    await anton.page.wait_for_url(f"{anton.url}/login")  # by way of the issuer, which forgets too
    await elsewhere.page.reload()
    assert elsewhere.path == "/login"


async def test_a_client_enters_the_cabinet_by_a_link_of_a_letter_once(
    site: Site, visitors: Visitors
) -> None:
    elena = await visitors.stranger()
    await elena.open("/login")
    await elena.type(email="elena")
    await elena.go("Получить ссылку для входа")
    assert await elena.reads("Исправьте, пожалуйста")
    await elena.check()
    await elena.type(email=ADDRESS)
    await elena.go("Получить ссылку для входа")
    assert await elena.reads("Проверьте почту")
    await elena.check("login-sent")
    link = link_in(await site.letter(ADDRESS, "Вход в кабинет клиента"))
    await elena.page.goto(link)
    await elena.check()
    await elena.go("Войти")
    assert await elena.page.get_by_role("heading", name="Заказы").is_visible()
    late = await visitors.stranger()
    await late.page.goto(link)
    assert await late.reads("Ссылка больше не действует")
    await late.check("login-spent")


async def test_one_person_acts_for_several_organisations_and_chooses_which(
    site: Site, visitors: Visitors
) -> None:
    sergey = await visitors.stranger()
    await log_in(sergey, TWO_ORGANISATIONS)
    await sergey.page.locator(".account summary").click()
    await sergey.check("organisations")
    await sergey.go("ООО «Вектор-Логистика»")
    assert await sergey.reads(site.data.transferred.number)
    assert not await sergey.reads(site.data.mixed.number)
    await sergey.check()


async def test_what_belongs_to_somebody_else_or_is_nowhere_says_what_to_do(
    site: Site, visitors: Visitors
) -> None:
    anton = await visitors.person(BELOV)
    for path in (f"/refunds/new?invoice={site.data.subscription.number}", "/nowhere"):
        assert await anton.open(path) == 404
        assert await anton.reads("Такой страницы нет")
    await anton.check("not-found")
    await anton.go("К заказам")
    assert await anton.page.get_by_role("heading", name="Заказы").is_visible()
