"""The pages that every client has, whatever it buys: told, kept, set, explained."""

from tests.browser.site import Site, Visitors, link_in

BELOV = "anton.belov"
NEW_ADDRESS = "anton.new@belov.example"


async def test_a_client_looks_through_notifications_documents_and_help(
    visitors: Visitors,
) -> None:
    anton = await visitors.person(BELOV)
    for path, heading, picture in (
        ("/notifications", "Уведомления", "notifications"),
        ("/notifications?tab=letters", "Уведомления", "letters"),
        ("/documents", "Документы", "documents"),
        ("/help", "Помощь", "help"),
    ):
        await anton.open(path)
        assert await anton.page.get_by_role("heading", name=heading, level=1).is_visible()
        await anton.check(picture)


async def test_a_new_address_is_asked_for_and_its_letter_leads_to_the_question(
    site: Site, visitors: Visitors
) -> None:
    anton = await visitors.person(BELOV)
    await anton.open("/settings")
    await anton.check("settings")
    await anton.unfold("Изменить адрес")
    await anton.type(email="anton")
    await anton.go("Отправить ссылку")
    assert await anton.reads("Исправьте, пожалуйста")
    await anton.check()
    await anton.type(email=NEW_ADDRESS)
    await anton.go("Отправить ссылку")
    assert await anton.reads(f"ссылка отправлена на {NEW_ADDRESS}")
    await anton.check()
    letter = await site.letter(NEW_ADDRESS, "Подтвердите адрес для писем")
    await anton.page.goto(link_in(letter))
    assert await anton.reads(f"будут приходить на {NEW_ADDRESS}")
    await anton.check("new-address")


async def test_the_pages_are_english_by_a_switch_and_russian_again(visitors: Visitors) -> None:
    anton = await visitors.person(BELOV)
    await anton.open("/settings")
    await anton.page.locator(".foot").get_by_role("button", name="English").click()
    assert await anton.reads("Where you are logged in")
    await anton.check()
    async with anton.page.expect_navigation():
        await anton.page.locator(".foot").get_by_role("button", name="Русский").click()
    assert await anton.reads("Где вы вошли")
