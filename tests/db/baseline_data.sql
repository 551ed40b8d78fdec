-- A small set of rows of every process as the migrations up to 0016_notification keep them: a few refunds that were
-- paid by the acquirer and by the bank, a renewal, bank statements. It was written by the product itself and is never
-- changed: tests/db/test_migrations.py upgrades it. To be read with `session_replication_role = replica`, for its rows
-- are the triggers' work already.
INSERT INTO public.clients (id, kind, name, inn, kpp, address, email, language, time_zone, created_at, updated_at) VALUES
	('solovyov', 'individual', 'Соловьёв Пётр Алексеевич', '165544332210', NULL, NULL, 'petr@solovyov.example', 'ru', 'Europe/Moscow', '2026-11-29 21:07:55.494738+00', '2026-11-29 21:07:55.494738+00'),
	('vector', 'company', 'ООО «Вектор-Логистика»', '7805432172', '780501001', NULL, 'office@vector.example', 'ru', 'Europe/Moscow', '2026-11-29 21:07:55.516722+00', '2026-11-29 21:07:55.516722+00'),
	('romashka', 'company', 'ООО «Ромашка»', '7709123460', '770901001', NULL, 'buh@romashka.example', 'ru', 'Europe/Moscow', '2026-11-29 21:07:55.52719+00', '2026-11-29 21:07:55.52719+00'),
	('volga-shipyard', 'company', 'АО «Волжские верфи»', '5208765417', '520801001', NULL, 'finance@verfi.example', 'ru', 'Europe/Moscow', '2026-11-29 21:07:55.536874+00', '2026-11-29 21:07:55.536874+00'),
	('belov', 'sole_trader', 'ИП Белов Антон Сергеевич', '500311234527', NULL, NULL, 'anton@belov.example', 'ru', 'Europe/Moscow', '2026-11-29 21:07:55.546133+00', '2026-11-29 21:07:55.546133+00'),
	('kuznetsova', 'individual', 'Кузнецова Елена Дмитриевна', '771209876500', NULL, NULL, 'elena@kuznetsova.example', 'ru', 'Europe/Moscow', '2026-11-29 21:07:55.555646+00', '2026-11-29 21:07:55.555646+00');
INSERT INTO public.invoices (number, client_id, issued_by, service_centre, issued_on, total_kopecks, paid_kopecks, promised_kopecks, surplus_kopecks, surplus_promised_kopecks, surplus_notified_kopecks, surplus_changes, rematched, last_paid_at, voided_at, voided_by, void_reason, created_at) VALUES
	('2023-000003', 'solovyov', 'online', NULL, '2023-08-18', 640000, 640000, 0, 0, 0, 0, 0, true, '2023-08-18 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.561888+00'),
	('2026-000098', 'vector', 'service_centre', 'Северо-Запад', '2026-08-02', 3600000, 3600000, 0, 0, 0, 0, 0, true, '2026-08-02 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.602936+00'),
	('2026-000118', 'romashka', 'online', NULL, '2026-10-01', 480000, 480000, 0, 0, 0, 0, 0, true, '2026-10-01 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.638616+00'),
	('2026-000122', 'volga-shipyard', 'online', NULL, '2026-10-16', 9600000, 9600000, 0, 0, 0, 0, 0, true, '2026-10-16 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.677798+00'),
	('2026-000125', 'belov', 'online', NULL, '2026-10-31', 350000, 350000, 0, 0, 0, 0, 0, true, '2026-10-31 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.690094+00'),
	('2026-000130', 'kuznetsova', 'online', NULL, '2026-11-09', 299000, 299000, 0, 0, 0, 0, 0, true, '2026-11-09 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.704191+00'),
	('2026-000131', 'kuznetsova', 'online', NULL, '2026-11-10', 500000, 500000, 0, 0, 0, 0, 0, true, '2026-11-10 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.723711+00'),
	('2026-000140', 'belov', 'online', NULL, '2026-11-25', 990000, 0, 0, 0, 0, 0, 0, true, NULL, NULL, NULL, NULL, '2026-11-29 21:07:55.771947+00'),
	('2026-000117', 'romashka', 'online', NULL, '2026-09-15', 1220050, 1220050, 969355, 0, 0, 0, 0, true, '2026-09-15 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.623016+00'),
	('2026-000121', 'volga-shipyard', 'online', NULL, '2026-08-30', 28500000, 28500000, 21491644, 0, 0, 0, 0, true, '2026-08-30 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.65706+00'),
	('2026-000133', 'vector', 'online', NULL, '2026-11-12', 4800000, 4800000, 4615890, 0, 0, 0, 0, true, '2026-11-12 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.74242+00'),
	('2026-000138', 'solovyov', 'online', NULL, '2026-11-23', 720000, 720000, 720000, 0, 0, 0, 0, true, '2026-11-23 12:00:00+00', NULL, NULL, NULL, '2026-11-29 21:07:55.75741+00'),
	('KP-2026-000001', 'romashka', 'online', NULL, '2026-12-15', 3660000, 3660000, 0, 0, 0, 0, 0, true, '2026-12-21 09:00:00+00', NULL, NULL, NULL, '2026-12-15 07:02:00.662346+00'),
	('KP-2026-000002', 'belov', 'online', NULL, '2026-11-30', 1464000, 1964000, 500000, 500000, 500000, 500000, 1, true, '2026-12-07 09:00:00+00', NULL, NULL, NULL, '2026-11-29 21:08:10.871775+00');
INSERT INTO public.refunds (id, kind, invoice_number, ordinal, client_id, status, version, asked, stopped_on, policy_version, sum_kopecks, calculation_id, statement_id, refusal, waiting_for, wait_until, first_paid_on, paid_on, credit_by, closed_at, opened_at, changed_at) VALUES
	('refund-2026-000117-1', 'invoice', '2026-000117', 1, 'romashka', 'completed', 6, '[]', '2026-11-30', 1, 969355, '19445be3-8dc4-5076-910b-52145d5069bd', 'f7b20fd6-1234-54d4-b2e9-3697a5b99abc', NULL, NULL, NULL, '2026-11-30', '2026-11-30', '2026-12-14', '2026-12-14 21:00:00.024907+00', '2026-11-29 21:07:56.019569+00', '2026-12-14 21:00:00.024907+00'),
	('refund-2026-000121-1', 'invoice', '2026-000121', 1, 'volga-shipyard', 'completed', 10, '[]', '2026-11-30', 1, 21491644, 'bd85745e-878b-54d0-afc4-6d1ee18f7a9f', 'ee8be6e2-52af-549a-b726-ec481634989a', NULL, NULL, NULL, '2026-11-30', '2026-11-30', '2026-12-14', '2026-12-14 21:00:00.028022+00', '2026-11-29 21:07:57.007078+00', '2026-12-14 21:00:00.028022+00'),
	('refund-2026-000133-1', 'invoice', '2026-000133', 1, 'vector', 'completed', 10, '[]', '2026-11-30', 1, 4615890, '5f4fa5c1-819a-5f86-bcce-ddccf9f2e140', 'd38682cb-6ac1-5546-9737-ac3d69db1cef', NULL, NULL, NULL, '2026-12-01', '2026-12-07', '2026-12-21', '2026-12-21 21:00:00.028967+00', '2026-11-29 21:07:58.438038+00', '2026-12-21 21:00:00.028967+00'),
	('refund-2026-000138-1', 'invoice', '2026-000138', 1, 'solovyov', 'completed', 6, '[]', '2026-11-30', 1, 720000, 'ef345b9a-5e2d-5cea-9c83-d8863382411b', 'ece3b867-7fba-5468-bb2b-63135fcc02ff', NULL, NULL, NULL, '2026-11-30', '2026-11-30', '2026-12-14', '2026-12-14 21:00:00.059254+00', '2026-11-29 21:08:01.730654+00', '2026-12-14 21:00:00.059254+00'),
	('refund-KP-2026-000002-1', 'surplus', 'KP-2026-000002', 1, 'belov', 'completed', 6, '[]', '2026-11-30', 1, 500000, '39ebb80f-b103-579b-812d-16f020ce5a8e', '88774511-0507-55ea-a73a-719ab17172e0', NULL, NULL, NULL, '2026-12-01', '2026-12-01', '2026-12-15', '2026-12-15 21:00:00.047881+00', '2026-11-29 21:08:13.08253+00', '2026-12-15 21:00:00.047881+00');
INSERT INTO public.calculations (id, refund_id, kind, calculated_by, at, inputs, trace, reason, sum_kopecks, service_stops_on) VALUES
	('19445be3-8dc4-5076-910b-52145d5069bd', 'refund-2026-000117-1', 'automatic', 'system', '2026-11-29 21:07:56.019569+00', '{"kind": "invoice", "asked": [], "invoice": {"lines": [{"kind": "subscription", "term": null, "title": "Тариф «Стандарт», год", "line_no": 1, "vat_rate": "vat22", "period_end": "2027-09-15", "sum_kopecks": 1220050, "delivered_on": null, "period_start": "2026-09-16", "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}], "number": "2026-000117", "client_id": "romashka", "issued_by": "online", "issued_on": "2026-09-15", "last_paid_on": "2026-09-15", "paid_kopecks": 1220050, "total_kopecks": 1220050, "service_centre": null, "surplus_kopecks": 0, "promised_kopecks": 0, "received_vat_rate": null, "surplus_promised_kopecks": 0}, "stopped_on": "2026-11-30", "client_kopecks": 0, "use_after_stop": null}', '{"lines": [{"rule": "unused_days", "title": "Тариф «Стандарт», год", "line_no": 1, "vat_rate": "vat22", "stopped_on": "2026-11-30", "total_days": 365, "unused_days": 290, "vat_kopecks": 174802, "used_kopecks": 250695, "asked_kopecks": null, "price_kopecks": 1220050, "result_kopecks": 969355, "earlier_kopecks": 0, "specialist_reason": null}], "others": {"client_kopecks": 0, "invoice_kopecks": 0}, "service": null, "due_kopecks": 1220050, "sum_kopecks": 969355, "left_kopecks": 1220050, "paid_kopecks": 1220050, "used_kopecks": 250695, "policy_version": 1, "use_after_stop": null, "earlier_kopecks": 0, "specialist_reason": null}', NULL, 969355, NULL),
	('9cb33845-ed15-56af-ac9d-64d5229f4d1a', 'refund-2026-000121-1', 'automatic', 'system', '2026-11-29 21:07:57.007078+00', '{"kind": "invoice", "asked": [], "invoice": {"lines": [{"kind": "subscription", "term": null, "title": "Тариф «Максимальный», 50 мест, год", "line_no": 1, "vat_rate": "none", "period_end": "2027-08-31", "sum_kopecks": 18000000, "delivered_on": null, "period_start": "2026-09-01", "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}, {"kind": "licence", "term": null, "title": "Лицензия на модуль «Склад», ключ не выдан", "line_no": 2, "vat_rate": "none", "period_end": null, "sum_kopecks": 4500000, "delivered_on": null, "period_start": null, "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}, {"kind": "service", "term": null, "title": "Внедрение и обучение, 40 часов", "line_no": 3, "vat_rate": "vat22", "period_end": null, "sum_kopecks": 6000000, "delivered_on": null, "period_start": null, "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}], "number": "2026-000121", "client_id": "volga-shipyard", "issued_by": "online", "issued_on": "2026-08-30", "last_paid_on": "2026-08-30", "paid_kopecks": 28500000, "total_kopecks": 28500000, "service_centre": null, "surplus_kopecks": 0, "promised_kopecks": 0, "received_vat_rate": null, "surplus_promised_kopecks": 0}, "stopped_on": "2026-11-30", "client_kopecks": 0, "use_after_stop": null}', '{"lines": [{"rule": "unused_days", "title": "Тариф «Максимальный», 50 мест, год", "line_no": 1, "vat_rate": "none", "stopped_on": "2026-11-30", "total_days": 365, "unused_days": 275, "vat_kopecks": 0, "used_kopecks": 4438356, "asked_kopecks": null, "price_kopecks": 18000000, "result_kopecks": 13561644, "earlier_kopecks": 0, "specialist_reason": null}, {"rule": "undelivered", "title": "Лицензия на модуль «Склад», ключ не выдан", "line_no": 2, "vat_rate": "none", "stopped_on": "2026-11-30", "total_days": null, "unused_days": null, "vat_kopecks": 0, "used_kopecks": 0, "asked_kopecks": null, "price_kopecks": 4500000, "result_kopecks": 4500000, "earlier_kopecks": 0, "specialist_reason": null}, {"rule": "specialist", "title": "Внедрение и обучение, 40 часов", "line_no": 3, "vat_rate": "vat22", "stopped_on": "2026-11-30", "total_days": null, "unused_days": null, "vat_kopecks": 1081967, "used_kopecks": 0, "asked_kopecks": null, "price_kopecks": 6000000, "result_kopecks": 6000000, "earlier_kopecks": 0, "specialist_reason": "rule"}], "others": {"client_kopecks": 0, "invoice_kopecks": 0}, "service": null, "due_kopecks": 28500000, "sum_kopecks": 24061644, "left_kopecks": 28500000, "paid_kopecks": 28500000, "used_kopecks": 4438356, "policy_version": 1, "use_after_stop": null, "earlier_kopecks": 0, "specialist_reason": "mixed"}', NULL, 24061644, NULL),
	('bd85745e-878b-54d0-afc4-6d1ee18f7a9f', 'refund-2026-000121-1', 'specialist', 'm.orlova', '2026-11-29 21:07:57.076493+00', '{"kind": "invoice", "asked": [], "invoice": {"lines": [{"kind": "subscription", "term": null, "title": "Тариф «Максимальный», 50 мест, год", "line_no": 1, "vat_rate": "none", "period_end": "2027-08-31", "sum_kopecks": 18000000, "delivered_on": null, "period_start": "2026-09-01", "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}, {"kind": "licence", "term": null, "title": "Лицензия на модуль «Склад», ключ не выдан", "line_no": 2, "vat_rate": "none", "period_end": null, "sum_kopecks": 4500000, "delivered_on": null, "period_start": null, "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}, {"kind": "service", "term": null, "title": "Внедрение и обучение, 40 часов", "line_no": 3, "vat_rate": "vat22", "period_end": null, "sum_kopecks": 6000000, "delivered_on": null, "period_start": null, "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}], "number": "2026-000121", "client_id": "volga-shipyard", "issued_by": "online", "issued_on": "2026-08-30", "last_paid_on": "2026-08-30", "paid_kopecks": 28500000, "total_kopecks": 28500000, "service_centre": null, "surplus_kopecks": 0, "promised_kopecks": 0, "received_vat_rate": null, "surplus_promised_kopecks": 0}, "stopped_on": "2026-11-30", "client_kopecks": 0, "use_after_stop": null}', '{"lines": [{"rule": "unused_days", "title": "Тариф «Максимальный», 50 мест, год", "line_no": 1, "vat_rate": "none", "stopped_on": "2026-11-30", "total_days": 365, "unused_days": 275, "vat_kopecks": 0, "used_kopecks": 4438356, "asked_kopecks": null, "price_kopecks": 18000000, "result_kopecks": 13561644, "earlier_kopecks": 0, "specialist_reason": null}, {"rule": "undelivered", "title": "Лицензия на модуль «Склад», ключ не выдан", "line_no": 2, "vat_rate": "none", "stopped_on": "2026-11-30", "total_days": null, "unused_days": null, "vat_kopecks": 0, "used_kopecks": 0, "asked_kopecks": null, "price_kopecks": 4500000, "result_kopecks": 4500000, "earlier_kopecks": 0, "specialist_reason": null}, {"rule": "specialist", "title": "Внедрение и обучение, 40 часов", "line_no": 3, "vat_rate": "vat22", "stopped_on": "2026-11-30", "total_days": null, "unused_days": null, "vat_kopecks": 676230, "used_kopecks": 0, "asked_kopecks": null, "price_kopecks": 6000000, "result_kopecks": 3750000, "earlier_kopecks": 0, "specialist_reason": "rule"}], "others": {"client_kopecks": 0, "invoice_kopecks": 0}, "service": null, "due_kopecks": 28500000, "sum_kopecks": 21491644, "left_kopecks": 28500000, "paid_kopecks": 28500000, "used_kopecks": 4438356, "policy_version": 1, "use_after_stop": null, "earlier_kopecks": 0, "specialist_reason": "mixed"}', 'Тариф — по неиспользованным дням, ключ лицензии не выдан, обучение проведено на 15 часов.', 21491644, NULL),
	('5f4fa5c1-819a-5f86-bcce-ddccf9f2e140', 'refund-2026-000133-1', 'automatic', 'system', '2026-11-29 21:07:58.438038+00', '{"kind": "invoice", "asked": [], "invoice": {"lines": [{"kind": "subscription", "term": null, "title": "Тариф «Стандарт», год", "line_no": 1, "vat_rate": "none", "period_end": "2027-11-15", "sum_kopecks": 4800000, "delivered_on": null, "period_start": "2026-11-16", "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}], "number": "2026-000133", "client_id": "vector", "issued_by": "online", "issued_on": "2026-11-12", "last_paid_on": "2026-11-12", "paid_kopecks": 4800000, "total_kopecks": 4800000, "service_centre": null, "surplus_kopecks": 0, "promised_kopecks": 0, "received_vat_rate": null, "surplus_promised_kopecks": 0}, "stopped_on": "2026-11-30", "client_kopecks": 0, "use_after_stop": null}', '{"lines": [{"rule": "unused_days", "title": "Тариф «Стандарт», год", "line_no": 1, "vat_rate": "none", "stopped_on": "2026-11-30", "total_days": 365, "unused_days": 351, "vat_kopecks": 0, "used_kopecks": 184110, "asked_kopecks": null, "price_kopecks": 4800000, "result_kopecks": 4615890, "earlier_kopecks": 0, "specialist_reason": null}], "others": {"client_kopecks": 0, "invoice_kopecks": 0}, "service": null, "due_kopecks": 4800000, "sum_kopecks": 4615890, "left_kopecks": 4800000, "paid_kopecks": 4800000, "used_kopecks": 184110, "policy_version": 1, "use_after_stop": null, "earlier_kopecks": 0, "specialist_reason": null}', NULL, 4615890, NULL),
	('ef345b9a-5e2d-5cea-9c83-d8863382411b', 'refund-2026-000138-1', 'automatic', 'system', '2026-11-29 21:08:01.730654+00', '{"kind": "invoice", "asked": [], "invoice": {"lines": [{"kind": "subscription", "term": null, "title": "Тариф «Старт», год", "line_no": 1, "vat_rate": "none", "period_end": "2027-12-02", "sum_kopecks": 720000, "delivered_on": null, "period_start": "2026-12-03", "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}], "number": "2026-000138", "client_id": "solovyov", "issued_by": "online", "issued_on": "2026-11-23", "last_paid_on": "2026-11-23", "paid_kopecks": 720000, "total_kopecks": 720000, "service_centre": null, "surplus_kopecks": 0, "promised_kopecks": 0, "received_vat_rate": null, "surplus_promised_kopecks": 0}, "stopped_on": "2026-11-30", "client_kopecks": 0, "use_after_stop": null}', '{"lines": [{"rule": "unused_days", "title": "Тариф «Старт», год", "line_no": 1, "vat_rate": "none", "stopped_on": "2026-11-30", "total_days": 365, "unused_days": 365, "vat_kopecks": 0, "used_kopecks": 0, "asked_kopecks": null, "price_kopecks": 720000, "result_kopecks": 720000, "earlier_kopecks": 0, "specialist_reason": null}], "others": {"client_kopecks": 0, "invoice_kopecks": 0}, "service": null, "due_kopecks": 720000, "sum_kopecks": 720000, "left_kopecks": 720000, "paid_kopecks": 720000, "used_kopecks": 0, "policy_version": 1, "use_after_stop": null, "earlier_kopecks": 0, "specialist_reason": null}', NULL, 720000, NULL),
	('39ebb80f-b103-579b-812d-16f020ce5a8e', 'refund-KP-2026-000002-1', 'automatic', 'system', '2026-11-29 21:08:13.08253+00', '{"kind": "surplus", "asked": [], "invoice": {"lines": [{"kind": "subscription", "term": {"ends_on": "2027-12-02", "starts_on": "2026-12-03"}, "title": "Компас: Тариф 100", "line_no": 1, "vat_rate": "vat22", "period_end": "2027-12-02", "sum_kopecks": 1464000, "delivered_on": null, "period_start": "2026-12-03", "promised_kopecks": 0, "closed_by_documents": false, "promised_vat_kopecks": 0}], "number": "KP-2026-000002", "client_id": "belov", "issued_by": "online", "issued_on": "2026-11-30", "last_paid_on": "2026-12-07", "paid_kopecks": 1964000, "total_kopecks": 1464000, "service_centre": null, "surplus_kopecks": 500000, "promised_kopecks": 0, "received_vat_rate": null, "surplus_promised_kopecks": 0}, "stopped_on": "2026-11-30", "client_kopecks": 0, "use_after_stop": null}', '{"lines": [], "others": {"client_kopecks": 0, "invoice_kopecks": 0}, "service": null, "due_kopecks": 0, "sum_kopecks": 500000, "left_kopecks": 500000, "paid_kopecks": 500000, "used_kopecks": 0, "policy_version": 1, "use_after_stop": null, "earlier_kopecks": 0, "specialist_reason": null}', NULL, 500000, NULL);
INSERT INTO public.payments (id, invoice_number, method, acquirer_payment_id, amount_kopecks, vat_rate, besides, received_at, created_at) VALUES
	('payment-2023-000003', '2023-000003', 'bank_card', 'acquired-2023-000003', 640000, NULL, '[]', '2023-08-18 12:00:00+00', '2026-11-29 21:07:55.591816+00'),
	('payment-2026-000098', '2026-000098', 'bank_transfer', NULL, 3600000, NULL, '[]', '2026-08-02 12:00:00+00', '2026-11-29 21:07:55.613034+00'),
	('payment-2026-000117', '2026-000117', 'bank_card', 'acquired-2026-000117', 1220050, NULL, '[]', '2026-09-15 12:00:00+00', '2026-11-29 21:07:55.632807+00'),
	('payment-2026-000118', '2026-000118', 'bank_card', 'acquired-2026-000118', 480000, NULL, '[]', '2026-10-01 12:00:00+00', '2026-11-29 21:07:55.647485+00'),
	('payment-2026-000121', '2026-000121', 'bank_card', 'acquired-2026-000121', 28500000, NULL, '[]', '2026-08-30 12:00:00+00', '2026-11-29 21:07:55.672443+00'),
	('payment-2026-000122', '2026-000122', 'bank_transfer', NULL, 9600000, NULL, '[]', '2026-10-16 12:00:00+00', '2026-11-29 21:07:55.684286+00'),
	('payment-2026-000125', '2026-000125', 'sbp', 'acquired-2026-000125', 350000, NULL, '[]', '2026-10-31 12:00:00+00', '2026-11-29 21:07:55.698146+00'),
	('payment-2026-000130', '2026-000130', 'sbp', 'acquired-2026-000130', 299000, NULL, '[]', '2026-11-09 12:00:00+00', '2026-11-29 21:07:55.71711+00'),
	('payment-2026-000131', '2026-000131', 'bank_card', 'acquired-2026-000131', 500000, NULL, '[]', '2026-11-10 12:00:00+00', '2026-11-29 21:07:55.735439+00'),
	('payment-2026-000133', '2026-000133', 'bank_transfer', NULL, 4800000, NULL, '[]', '2026-11-12 12:00:00+00', '2026-11-29 21:07:55.749844+00'),
	('payment-2026-000138', '2026-000138', 'bank_card', 'acquired-2026-000138', 720000, NULL, '[]', '2026-11-23 12:00:00+00', '2026-11-29 21:07:55.766363+00'),
	('entry-58db5b1c9584a781fde1b16bcdbc3e4b-0', 'KP-2026-000001', 'bank_transfer', NULL, 3660000, NULL, '[]', '2026-12-21 09:00:00+00', '2026-11-29 21:08:09.285219+00'),
	('entry-594db74d963b67b0d4b345b093dac04a-0', 'KP-2026-000002', 'bank_transfer', NULL, 1964000, NULL, '[]', '2026-12-07 09:00:00+00', '2026-11-29 21:08:12.476614+00');
INSERT INTO public.statements (id, refund_id, calculation_id, sum_kopecks, recipient_name, inn, kpp, bic, account, bank_name, correspondent_account, content, content_sha256, drawn_up_at) VALUES
	('f7b20fd6-1234-54d4-b2e9-3697a5b99abc', 'refund-2026-000117-1', '19445be3-8dc4-5076-910b-52145d5069bd', 969355, 'ООО «Ромашка»', '7709123460', '770901001', '044525225', '40702810938000104512', 'ПАО Сбербанк', '30101810400000000225', '{"vat": [{"rate": "vat22", "kopecks": 174802}], "way": "card", "kind": "invoice", "lines": [{"title": "Тариф «Стандарт», год", "line_no": 1, "vat_rate": "vat22", "vat_kopecks": 174802, "price_kopecks": 1220050, "refund_kopecks": 969355}], "client": {"id": "romashka", "inn": "7709123460", "kpp": "770901001", "kind": "company", "name": "ООО «Ромашка»"}, "company": "ООО «Копейка»", "service": null, "refund_id": "refund-2026-000117-1", "deductions": [], "requisites": {"bic": "044525225", "inn": "7709123460", "kpp": "770901001", "account": "40702810938000104512", "bank_name": "ПАО Сбербанк", "recipient_name": "ООО «Ромашка»", "correspondent_account": "30101810400000000225"}, "due_kopecks": 1220050, "sum_kopecks": 969355, "invoice_date": "2026-09-15", "paid_kopecks": 1220050, "used_kopecks": 250695, "calculation_id": "19445be3-8dc4-5076-910b-52145d5069bd", "invoice_number": "2026-000117", "policy_version": 1, "earlier_kopecks": 0, "withheld_kopecks": 250695}', '5e7698253203f4034c3b5cafa30249595e9c91ac9a325dcd97c774ab238d1d0e', '2026-11-29 21:07:56.098593+00'),
	('60b460cb-7b43-5486-8e9c-fd09b5a43c86', 'refund-2026-000121-1', 'bd85745e-878b-54d0-afc4-6d1ee18f7a9f', 21491644, 'АО «Волжские верфи»', '5208765417', '520801001', '042202603', '40702810542000001234', 'Волго-Вятский банк ПАО Сбербанк', '30101810900000000603', '{"vat": [{"rate": "vat22", "kopecks": 666309}], "way": "card", "kind": "invoice", "lines": [{"title": "Тариф «Максимальный», 50 мест, год", "line_no": 1, "vat_rate": "none", "vat_kopecks": 0, "price_kopecks": 18000000, "refund_kopecks": 13561644}, {"title": "Лицензия на модуль «Склад», ключ не выдан", "line_no": 2, "vat_rate": "none", "vat_kopecks": 0, "price_kopecks": 4500000, "refund_kopecks": 4500000}, {"title": "Внедрение и обучение, 40 часов", "line_no": 3, "vat_rate": "vat22", "vat_kopecks": 676230, "price_kopecks": 6000000, "refund_kopecks": 3750000}], "client": {"id": "volga-shipyard", "inn": "5208765417", "kpp": "520801001", "kind": "company", "name": "АО «Волжские верфи»"}, "company": "ООО «Копейка»", "service": null, "refund_id": "refund-2026-000121-1", "deductions": [{"reason": "Выезд инженера на внедрение: билеты по авансовому отчёту № 88", "amount_kopecks": 320000}], "requisites": {"bic": "042202603", "inn": "5208765417", "kpp": "520801001", "account": "40702810542000001234", "bank_name": "Волго-Вятский банк ПАО Сбербанк", "recipient_name": "АО «Волжские верфи»", "correspondent_account": "30101810900000000603"}, "due_kopecks": 28500000, "sum_kopecks": 21491644, "invoice_date": "2026-08-30", "paid_kopecks": 28500000, "used_kopecks": 4438356, "calculation_id": "bd85745e-878b-54d0-afc4-6d1ee18f7a9f", "invoice_number": "2026-000121", "policy_version": 1, "earlier_kopecks": 0, "withheld_kopecks": 4758356}', '398ae69d3ab42fed8acbd052fc538bb9ff6cda3b0be5d83b5c55042e489390ab', '2026-11-29 21:07:57.151588+00'),
	('ee8be6e2-52af-549a-b726-ec481634989a', 'refund-2026-000121-1', 'bd85745e-878b-54d0-afc4-6d1ee18f7a9f', 21491644, 'АО «Волжские верфи»', '5208765417', '520801001', '044525593', '40702810702470001123', 'АО «Альфа-Банк»', '30101810200000000593', '{"vat": [{"rate": "vat22", "kopecks": 666309}], "way": "card", "kind": "invoice", "lines": [{"title": "Тариф «Максимальный», 50 мест, год", "line_no": 1, "vat_rate": "none", "vat_kopecks": 0, "price_kopecks": 18000000, "refund_kopecks": 13561644}, {"title": "Лицензия на модуль «Склад», ключ не выдан", "line_no": 2, "vat_rate": "none", "vat_kopecks": 0, "price_kopecks": 4500000, "refund_kopecks": 4500000}, {"title": "Внедрение и обучение, 40 часов", "line_no": 3, "vat_rate": "vat22", "vat_kopecks": 676230, "price_kopecks": 6000000, "refund_kopecks": 3750000}], "client": {"id": "volga-shipyard", "inn": "5208765417", "kpp": "520801001", "kind": "company", "name": "АО «Волжские верфи»"}, "company": "ООО «Копейка»", "service": null, "refund_id": "refund-2026-000121-1", "deductions": [{"reason": "Выезд инженера на внедрение: билеты по авансовому отчёту № 88", "amount_kopecks": 320000}], "requisites": {"bic": "044525593", "inn": "5208765417", "kpp": "520801001", "account": "40702810702470001123", "bank_name": "АО «Альфа-Банк»", "recipient_name": "АО «Волжские верфи»", "correspondent_account": "30101810200000000593"}, "due_kopecks": 28500000, "sum_kopecks": 21491644, "invoice_date": "2026-08-30", "paid_kopecks": 28500000, "used_kopecks": 4438356, "calculation_id": "bd85745e-878b-54d0-afc4-6d1ee18f7a9f", "invoice_number": "2026-000121", "policy_version": 1, "earlier_kopecks": 0, "withheld_kopecks": 4758356}', 'ff6834b890740713bebd345831918523f3d31a09516039d97ed485edb4c1b656', '2026-11-29 21:07:57.518187+00'),
	('f1657c21-be2c-5c00-a722-d52e782a8340', 'refund-2026-000133-1', '5f4fa5c1-819a-5f86-bcce-ddccf9f2e140', 4615890, 'ООО «Вектор-Логистика»', '7805432172', '780501001', '044030653', '40702810055000007788', 'Северо-Западный банк ПАО Сбербанк', '30101810500000000653', '{"vat": [], "way": "account", "kind": "invoice", "lines": [{"title": "Тариф «Стандарт», год", "line_no": 1, "vat_rate": "none", "vat_kopecks": 0, "price_kopecks": 4800000, "refund_kopecks": 4615890}], "client": {"id": "vector", "inn": "7805432172", "kpp": "780501001", "kind": "company", "name": "ООО «Вектор-Логистика»"}, "company": "ООО «Копейка»", "service": null, "refund_id": "refund-2026-000133-1", "deductions": [], "requisites": {"bic": "044030653", "inn": "7805432172", "kpp": "780501001", "account": "40702810055000007788", "bank_name": "Северо-Западный банк ПАО Сбербанк", "recipient_name": "ООО «Вектор-Логистика»", "correspondent_account": "30101810500000000653"}, "due_kopecks": 4800000, "sum_kopecks": 4615890, "invoice_date": "2026-11-12", "paid_kopecks": 4800000, "used_kopecks": 184110, "calculation_id": "5f4fa5c1-819a-5f86-bcce-ddccf9f2e140", "invoice_number": "2026-000133", "policy_version": 1, "earlier_kopecks": 0, "withheld_kopecks": 184110}', '18bad654556ac3db17efdfc5c54d7755aff4fea13b660c591fbe4ba1707db25e', '2026-11-29 21:07:58.501849+00'),
	('d38682cb-6ac1-5546-9737-ac3d69db1cef', 'refund-2026-000133-1', '5f4fa5c1-819a-5f86-bcce-ddccf9f2e140', 4615890, 'ООО «Вектор-Логистика»', '7805432172', '780501001', '044030786', '40702810132470004455', 'Филиал «Санкт-Петербургский» АО «Альфа-Банк»', '30101810600000000786', '{"vat": [], "way": "account", "kind": "invoice", "lines": [{"title": "Тариф «Стандарт», год", "line_no": 1, "vat_rate": "none", "vat_kopecks": 0, "price_kopecks": 4800000, "refund_kopecks": 4615890}], "client": {"id": "vector", "inn": "7805432172", "kpp": "780501001", "kind": "company", "name": "ООО «Вектор-Логистика»"}, "company": "ООО «Копейка»", "service": null, "refund_id": "refund-2026-000133-1", "deductions": [], "requisites": {"bic": "044030786", "inn": "7805432172", "kpp": "780501001", "account": "40702810132470004455", "bank_name": "Филиал «Санкт-Петербургский» АО «Альфа-Банк»", "recipient_name": "ООО «Вектор-Логистика»", "correspondent_account": "30101810600000000786"}, "due_kopecks": 4800000, "sum_kopecks": 4615890, "invoice_date": "2026-11-12", "paid_kopecks": 4800000, "used_kopecks": 184110, "calculation_id": "5f4fa5c1-819a-5f86-bcce-ddccf9f2e140", "invoice_number": "2026-000133", "policy_version": 1, "earlier_kopecks": 0, "withheld_kopecks": 184110}', 'a62bace5ee26974af6f7817b7be732f9c54c580b790a45a681fdf2bcfe5fac8b', '2026-11-29 21:08:00.318218+00'),
	('ece3b867-7fba-5468-bb2b-63135fcc02ff', 'refund-2026-000138-1', 'ef345b9a-5e2d-5cea-9c83-d8863382411b', 720000, 'Соловьёв Пётр Алексеевич', '165544332210', NULL, '044525593', '40817810504560003412', 'АО «Альфа-Банк»', '30101810200000000593', '{"vat": [], "way": "card", "kind": "invoice", "lines": [{"title": "Тариф «Старт», год", "line_no": 1, "vat_rate": "none", "vat_kopecks": 0, "price_kopecks": 720000, "refund_kopecks": 720000}], "client": {"id": "solovyov", "inn": "165544332210", "kpp": null, "kind": "individual", "name": "Соловьёв Пётр Алексеевич"}, "company": "ООО «Копейка»", "service": null, "refund_id": "refund-2026-000138-1", "deductions": [], "requisites": {"bic": "044525593", "inn": "165544332210", "kpp": null, "account": "40817810504560003412", "bank_name": "АО «Альфа-Банк»", "recipient_name": "Соловьёв Пётр Алексеевич", "correspondent_account": "30101810200000000593"}, "due_kopecks": 720000, "sum_kopecks": 720000, "invoice_date": "2026-11-23", "paid_kopecks": 720000, "used_kopecks": 0, "calculation_id": "ef345b9a-5e2d-5cea-9c83-d8863382411b", "invoice_number": "2026-000138", "policy_version": 1, "earlier_kopecks": 0, "withheld_kopecks": 0}', '86a1b80771b1a3e529124dffb922c6dc753a3dabf0a7ec7395653ab003fbab30', '2026-11-29 21:08:01.780689+00'),
	('88774511-0507-55ea-a73a-719ab17172e0', 'refund-KP-2026-000002-1', '39ebb80f-b103-579b-812d-16f020ce5a8e', 500000, 'ИП Белов Антон Сергеевич', '500311234527', NULL, '044525974', '40802810400005512345', 'АО «ТБанк»', '30101810145250000974', '{"vat": [], "way": "account", "kind": "surplus", "lines": [], "client": {"id": "belov", "inn": "500311234527", "kpp": null, "kind": "sole_trader", "name": "ИП Белов Антон Сергеевич"}, "company": "ООО «Копейка»", "service": null, "refund_id": "refund-KP-2026-000002-1", "deductions": [], "requisites": {"bic": "044525974", "inn": "500311234527", "kpp": null, "account": "40802810400005512345", "bank_name": "АО «ТБанк»", "recipient_name": "ИП Белов Антон Сергеевич", "correspondent_account": "30101810145250000974"}, "due_kopecks": 0, "sum_kopecks": 500000, "invoice_date": "2026-11-30", "paid_kopecks": 500000, "used_kopecks": 0, "calculation_id": "39ebb80f-b103-579b-812d-16f020ce5a8e", "invoice_number": "KP-2026-000002", "policy_version": 1, "earlier_kopecks": 0, "withheld_kopecks": 0}', 'ab3d00bfbca5b2247d67443b11b121e8d0cea07b94a76649e540d309ce58238d', '2026-11-29 21:08:13.163282+00');
INSERT INTO public.payouts (case_id, attempt, channel, status, version, amount_kopecks, channel_reason, payment_id, statement_id, external_id, reason, settled_on, prepared_at, changed_at, cleared_at) VALUES
	('refund-2026-000117-1', 1, 'acquirer', 'paid', 2, 969355, 'paid_this_way', 'payment-2026-000117', 'f7b20fd6-1234-54d4-b2e9-3697a5b99abc', '4e8065ca-96f7-4f31-b6a2-fd80ff096a35', NULL, '2026-11-30', '2026-11-29 21:07:56.46731+00', '2026-11-29 21:07:56.633314+00', '2026-11-29 21:07:56.46731+00'),
	('refund-2026-000121-1', 1, 'acquirer', 'paid', 2, 21491644, 'paid_this_way', 'payment-2026-000121', 'ee8be6e2-52af-549a-b726-ec481634989a', '85416ee6-87c5-46d0-9322-06d797ab545e', NULL, '2026-11-30', '2026-11-29 21:07:57.975181+00', '2026-11-29 21:07:58.0805+00', '2026-11-29 21:07:57.975181+00'),
	('refund-2026-000133-1', 1, 'bank', 'returned', 4, 4615890, 'paid_by_transfer', NULL, 'f1657c21-be2c-5c00-a722-d52e782a8340', NULL, 'account_closed', '2026-12-01', '2026-12-01 07:01:00.11394+00', '2026-12-04 17:01:00.213346+00', '2026-12-01 07:01:00.11394+00'),
	('refund-2026-000133-1', 2, 'bank', 'paid', 3, 4615890, 'paid_by_transfer', NULL, 'd38682cb-6ac1-5546-9737-ac3d69db1cef', NULL, NULL, '2026-12-07', '2026-12-07 07:01:00.110765+00', '2026-12-07 07:01:00.603483+00', '2026-12-07 07:01:00.110765+00'),
	('refund-2026-000138-1', 1, 'acquirer', 'paid', 3, 720000, 'paid_this_way', 'payment-2026-000138', 'ece3b867-7fba-5468-bb2b-63135fcc02ff', '6e3312d7-40b1-4c65-8a17-2601256d0f52', NULL, '2026-11-30', '2026-11-29 21:08:02.19018+00', '2026-11-29 21:08:06.368871+00', '2026-11-29 21:08:02.19018+00'),
	('refund-KP-2026-000002-1', 1, 'bank', 'paid', 3, 500000, 'surplus', NULL, '88774511-0507-55ea-a73a-719ab17172e0', NULL, NULL, '2026-12-01', '2026-12-01 07:01:00.183745+00', '2026-12-01 07:01:00.95366+00', '2026-12-01 07:01:00.183745+00');
INSERT INTO public.bank_entries (id, statement_id, account, direction, day, number, amount_kopecks, counterparty_name, counterparty_inn, counterparty_account, counterparty_bic, purpose, line, status, matched_as, matched_case, matched_attempt, decided_by, decided_at, reason, hold_reason, hold_score, hold_keys, needs_person, repeats) VALUES
	('18584582-9f55-226d-b7b4-bddd3e1ad9c7', '7c2f760a-2c9d-4953-addf-f7644ba7d585', '40702810700000000417', 'out', '2026-12-01', '1', 4615890, 'ООО «Вектор-Логистика»', '7805432172', '40702810055000007788', '044030653', 'Возврат по счёту № 2026-000133 от 12.11.2026, заявление от 30.11.2026. НДС не облагается', 18, 'matched', 'payout', 'refund-2026-000133-1', 1, 'system', '2026-11-29 21:07:59.641268+00', NULL, NULL, NULL, NULL, false, NULL),
	('423412ad-1d14-ba64-0961-67e1e4c962f9', '0780fc60-6cf8-4cbe-8af4-f304441f4d3c', '40702810700000000417', 'in', '2026-12-04', '1', 4615890, 'ООО «Вектор-Логистика»', '7805432172', '40702810055000007788', '044030653', 'Возврат п/п № 1 от 30.11.2026: счёт получателя закрыт', 37, 'matched', 'return', 'refund-2026-000133-1', 1, 'system', '2026-11-29 21:08:00.0806+00', NULL, NULL, NULL, NULL, false, NULL),
	('2b02801c-e9a3-beff-60f0-5b27de2b56e4', '02b70049-4672-4296-adee-6cc758884ce4', '40702810700000000417', 'out', '2026-12-07', '2', 4615890, 'ООО «Вектор-Логистика»', '7805432172', '40702810132470004455', '044030786', 'Возврат по счёту № 2026-000133 от 12.11.2026, заявление от 30.11.2026. НДС не облагается', 56, 'matched', 'payout', 'refund-2026-000133-1', 2, 'system', '2026-11-29 21:08:01.288855+00', NULL, NULL, NULL, NULL, false, NULL),
	('58db5b1c-9584-a781-fde1-b16bcdbc3e4b', 'cf1d1ceb-bb43-4625-b711-e5cf3d2d6966', '40702810700000000417', 'in', '2026-12-21', '117', 3660000, 'ООО «Ромашка»', '7709123460', '40702810938000104512', '044525225', 'Опл.по сч №КР 2026 / 1 от 15.12.26 за Компас,вт.ч НДС22%', 75, 'matched', 'payment', NULL, NULL, 'system', '2026-11-29 21:08:09.283099+00', NULL, NULL, NULL, NULL, false, NULL),
	('594db74d-963b-67b0-d4b3-45b093dac04a', '45a13d91-0a9c-42a4-841f-1a50d77ac8ee', '40702810700000000417', 'in', '2026-12-07', '204', 1964000, 'ООО «Вектор-Логистика»', '7805432172', '40702810055000007788', '044030653', 'За ИП Белова А.С. по счёту KP-2026-000002, без НДС', 75, 'matched', 'payment', NULL, NULL, 'p.gromov', '2026-11-29 21:08:12.380082+00', 'В назначении назван наш счёт; клиент подтвердил, что платит его партнёр', NULL, NULL, '{2}', false, NULL),
	('d473bfcb-6d93-264c-956e-519343b07568', '3d5dc843-b0fd-446a-94b4-991db2486041', '40702810700000000417', 'out', '2026-12-01', '3', 500000, 'ИП Белов Антон Сергеевич', '500311234527', '40802810400005512345', '044525974', 'Возврат по счёту № KP-2026-000002 от 30.11.2026, заявление от 30.11.2026. НДС не облагается', 37, 'matched', 'payout', 'refund-KP-2026-000002-1', 1, 'system', '2026-11-29 21:08:14.639866+00', NULL, NULL, NULL, NULL, false, NULL);
INSERT INTO public.entry_instructions (id, entry_id, kind, shares, remembers_payer, reason, written_by, written_at, besides) VALUES
	('0015d1b5-ea3b-5fef-9a74-5b1796b4bfdd', '594db74d-963b-67b0-d4b3-45b093dac04a', 'allocate', '[{"amount_kopecks": 1964000, "invoice_number": "KP-2026-000002"}]', true, 'В назначении назван наш счёт; клиент подтвердил, что платит его партнёр', 'p.gromov', '2026-11-29 21:08:12.380082+00', '[]');
INSERT INTO public.allocations (id, entry_id, invoice_number, amount_kopecks, payment_id, is_link, score, evidence, allocated_by, instruction_id, reason, allocated_at, undoing_id, undone_at) VALUES
	('0f5fe8a6-1b16-5aea-a199-62ea347ab86d', '58db5b1c-9584-a781-fde1-b16bcdbc3e4b', 'KP-2026-000001', 3660000, 'entry-58db5b1c9584a781fde1b16bcdbc3e4b-0', false, 100, '["number", "inn", "sum_exact"]', 'system', NULL, NULL, '2026-11-29 21:08:09.283099+00', NULL, NULL),
	('df3bc712-cbdd-5214-a333-5dce0aee4919', '594db74d-963b-67b0-d4b3-45b093dac04a', 'KP-2026-000002', 1964000, 'entry-594db74d963b67b0d4b345b093dac04a-0', false, 0, '[]', 'p.gromov', '0015d1b5-ea3b-5fef-9a74-5b1796b4bfdd', 'В назначении назван наш счёт; клиент подтвердил, что платит его партнёр', '2026-11-29 21:08:12.380082+00', NULL, NULL);
INSERT INTO public.bank_statements (id, sha256, size_bytes, uploaded_by, uploaded_at, status, progress, encoding, accounts, first_day, last_day, read_on, entries_total, entries_new, passed_over, imported_at, refusal, refusal_line, refusal_detail) VALUES
	('7c2f760a-2c9d-4953-addf-f7644ba7d585', '133dd8dca48d1434a4b547e0d993bb68dbb2163767c2f502456890343131925d', 988, 'p.gromov', '2026-11-29 21:07:59.51369+00', 'imported', 1, 'cp1251', '[{"account": "40702810700000000417", "last_day": "2026-12-01", "first_day": "2026-11-30", "closing_kopecks": 999995384110, "debited_kopecks": 4615890, "opening_kopecks": 1000000000000, "credited_kopecks": 0}]', '2026-11-30', '2026-12-01', '2036-12-07', 1, 1, '[]', '2026-11-29 21:07:59.565593+00', NULL, NULL, NULL),
	('0780fc60-6cf8-4cbe-8af4-f304441f4d3c', 'b5204f345738445a26fff68f53f72cc79aa7e696d213279601880742605c0103', 1523, 'p.gromov', '2026-11-29 21:07:59.971612+00', 'imported', 2, 'cp1251', '[{"account": "40702810700000000417", "last_day": "2026-12-04", "first_day": "2026-11-30", "closing_kopecks": 1000000000000, "debited_kopecks": 4615890, "opening_kopecks": 1000000000000, "credited_kopecks": 4615890}]', '2026-11-30', '2026-12-04', '2036-12-07', 2, 1, '[]', '2026-11-29 21:08:00.006172+00', NULL, NULL, NULL),
	('02b70049-4672-4296-adee-6cc758884ce4', '392a223ddfd43ad73b0648f0b3f39553f08d589761ea3a0cd4f75c684c70df41', 2107, 'p.gromov', '2026-11-29 21:08:01.192865+00', 'imported', 3, 'cp1251', '[{"account": "40702810700000000417", "last_day": "2026-12-07", "first_day": "2026-11-30", "closing_kopecks": 999995384110, "debited_kopecks": 9231780, "opening_kopecks": 1000000000000, "credited_kopecks": 4615890}]', '2026-11-30', '2026-12-07', '2036-12-07', 3, 1, '[]', '2026-11-29 21:08:01.229554+00', NULL, NULL, NULL),
	('cf1d1ceb-bb43-4625-b711-e5cf3d2d6966', '094edab02189d9de757a46a543ca668595c6a1ef6e4bf593414b56a5ecb2e924', 2624, 'p.gromov', '2026-11-29 21:08:09.015534+00', 'imported', 4, 'cp1251', '[{"account": "40702810700000000417", "last_day": "2026-12-21", "first_day": "2026-11-30", "closing_kopecks": 999999044110, "debited_kopecks": 9231780, "opening_kopecks": 1000000000000, "credited_kopecks": 8275890}]', '2026-11-30', '2026-12-21', '2036-12-07', 4, 1, '[]', '2026-11-29 21:08:09.113971+00', NULL, NULL, NULL),
	('45a13d91-0a9c-42a4-841f-1a50d77ac8ee', '349c4b084a243cc69743f21deb9b059a90fb3c39404cc6b38ea37ac409353f77', 2636, 'p.gromov', '2026-11-29 21:08:11.868664+00', 'imported', 4, 'cp1251', '[{"account": "40702810700000000417", "last_day": "2026-12-07", "first_day": "2026-11-30", "closing_kopecks": 999997348110, "debited_kopecks": 9231780, "opening_kopecks": 1000000000000, "credited_kopecks": 6579890}]', '2026-11-30', '2026-12-07', '2036-12-07', 4, 1, '[]', '2026-11-29 21:08:11.955536+00', NULL, NULL, NULL),
	('3d5dc843-b0fd-446a-94b4-991db2486041', 'b129ccc9332cb440717bfae0f70e1355e9c74943cb6cfeb2572a5b2337136610', 1583, 'p.gromov', '2026-11-29 21:08:14.487238+00', 'imported', 2, 'cp1251', '[{"account": "40702810700000000417", "last_day": "2026-12-01", "first_day": "2026-11-30", "closing_kopecks": 999994884110, "debited_kopecks": 5115890, "opening_kopecks": 1000000000000, "credited_kopecks": 0}]', '2026-11-30', '2026-12-01', '2036-12-07', 2, 1, '[]', '2026-11-29 21:08:14.554412+00', NULL, NULL, NULL);
INSERT INTO public.bank_statement_chunks (statement_id, number, content) VALUES
	('7c2f760a-2c9d-4953-addf-f7644ba7d585', 0, '\x3143436c69656e7442616e6b45786368616e67650d0ac2e5f0f1e8ffd4eef0ece0f2e03d312e30330d0acaeee4e8f0eee2eae03d57696e646f77730d0acef2eff0e0e2e8f2e5ebfc3dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfc3d0d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30312e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0ad1e5eaf6e8ffd0e0f1f7d1f7e5f20d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30312e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0acde0f7e0ebfcedfbe9cef1f2e0f2eeea3d31303030303030303030302e30300d0ac2f1e5e3eecfeef1f2f3efe8ebee3d302e30300d0ac2f1e5e3eed1efe8f1e0edee3d34363135382e39300d0acaeeede5f7edfbe9cef1f2e0f2eeea3d393939393935333834312e31300d0acaeeede5f6d0e0f1f7d1f7e5f20d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30312e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303035353030303030373738380d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303635330d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0acaeeede5f6d4e0e9ebe00d0a'),
	('0780fc60-6cf8-4cbe-8af4-f304441f4d3c', 0, '\x3143436c69656e7442616e6b45786368616e67650d0ac2e5f0f1e8ffd4eef0ece0f2e03d312e30330d0acaeee4e8f0eee2eae03d57696e646f77730d0acef2eff0e0e2e8f2e5ebfc3dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfc3d0d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30342e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0ad1e5eaf6e8ffd0e0f1f7d1f7e5f20d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30342e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0acde0f7e0ebfcedfbe9cef1f2e0f2eeea3d31303030303030303030302e30300d0ac2f1e5e3eecfeef1f2f3efe8ebee3d34363135382e39300d0ac2f1e5e3eed1efe8f1e0edee3d34363135382e39300d0acaeeede5f7edfbe9cef1f2e0f2eeea3d31303030303030303030302e30300d0acaeeede5f6d0e0f1f7d1f7e5f20d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30312e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303035353030303030373738380d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303635330d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d30342e31322e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0cfeef1f2f3efe8ebee3d30342e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303035353030303030373738380d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373830353433323137320d0acfebe0f2e5ebfcf9e8ea313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343033303635330d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303730303030303030303431370d0acfeeebf3f7e0f2e5ebfc3dc8cdcd2020cfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d0d0acfeeebf3f7e0f2e5ebfc313dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343532353232350d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220ef2fef20b9203120eef22033302e31312e323032363a20f1f7b8f220efeeebf3f7e0f2e5ebff20e7e0eaf0fbf20d0acaeeede5f6c4eeeaf3ece5edf2e00d0acaeeede5f6d4e0e9ebe00d0a'),
	('02b70049-4672-4296-adee-6cc758884ce4', 0, '\x3143436c69656e7442616e6b45786368616e67650d0ac2e5f0f1e8ffd4eef0ece0f2e03d312e30330d0acaeee4e8f0eee2eae03d57696e646f77730d0acef2eff0e0e2e8f2e5ebfc3dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfc3d0d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30372e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0ad1e5eaf6e8ffd0e0f1f7d1f7e5f20d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30372e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0acde0f7e0ebfcedfbe9cef1f2e0f2eeea3d31303030303030303030302e30300d0ac2f1e5e3eecfeef1f2f3efe8ebee3d34363135382e39300d0ac2f1e5e3eed1efe8f1e0edee3d39323331372e38300d0acaeeede5f7edfbe9cef1f2e0f2eeea3d393939393935333834312e31300d0acaeeede5f6d0e0f1f7d1f7e5f20d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30312e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303035353030303030373738380d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303635330d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d30342e31322e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0cfeef1f2f3efe8ebee3d30342e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303035353030303030373738380d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373830353433323137320d0acfebe0f2e5ebfcf9e8ea313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343033303635330d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303730303030303030303431370d0acfeeebf3f7e0f2e5ebfc3dc8cdcd2020cfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d0d0acfeeebf3f7e0f2e5ebfc313dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343532353232350d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220ef2fef20b9203120eef22033302e31312e323032363a20f1f7b8f220efeeebf3f7e0f2e5ebff20e7e0eaf0fbf20d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d320d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30372e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303133323437303030343435350d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303738360d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0acaeeede5f6d4e0e9ebe00d0a'),
	('cf1d1ceb-bb43-4625-b711-e5cf3d2d6966', 0, '\x3143436c69656e7442616e6b45786368616e67650d0ac2e5f0f1e8ffd4eef0ece0f2e03d312e30330d0acaeee4e8f0eee2eae03d57696e646f77730d0acef2eff0e0e2e8f2e5ebfc3dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfc3d0d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d32312e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0ad1e5eaf6e8ffd0e0f1f7d1f7e5f20d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d32312e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0acde0f7e0ebfcedfbe9cef1f2e0f2eeea3d31303030303030303030302e30300d0ac2f1e5e3eecfeef1f2f3efe8ebee3d38323735382e39300d0ac2f1e5e3eed1efe8f1e0edee3d39323331372e38300d0acaeeede5f7edfbe9cef1f2e0f2eeea3d393939393939303434312e31300d0acaeeede5f6d0e0f1f7d1f7e5f20d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30312e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303035353030303030373738380d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303635330d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d30342e31322e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0cfeef1f2f3efe8ebee3d30342e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303035353030303030373738380d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373830353433323137320d0acfebe0f2e5ebfcf9e8ea313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343033303635330d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303730303030303030303431370d0acfeeebf3f7e0f2e5ebfc3dc8cdcd2020cfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d0d0acfeeebf3f7e0f2e5ebfc313dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343532353232350d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220ef2fef20b9203120eef22033302e31312e323032363a20f1f7b8f220efeeebf3f7e0f2e5ebff20e7e0eaf0fbf20d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d320d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30372e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303133323437303030343435350d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303738360d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d3131370d0ac4e0f2e03d32312e31322e323032360d0ad1f3ecece03d33363630302e30300d0ac4e0f2e0cfeef1f2f3efe8ebee3d32312e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303933383030303130343531320d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323334363020cecece20abd0eeece0f8eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132333436300d0acfebe0f2e5ebfcf9e8ea313dcecece20abd0eeece0f8eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303730303030303030303431370d0acfeeebf3f7e0f2e5ebfc3dc8cdcd2020cfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d0d0acfeeebf3f7e0f2e5ebfc313dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343532353232350d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dceefeb2eefee20f1f720b9cad02032303236202f203120eef22031352e31322e323620e7e020caeeecefe0f12ce2f22ef720cdc4d13232250d0acaeeede5f6c4eeeaf3ece5edf2e00d0acaeeede5f6d4e0e9ebe00d0a'),
	('45a13d91-0a9c-42a4-841f-1a50d77ac8ee', 0, '\x3143436c69656e7442616e6b45786368616e67650d0ac2e5f0f1e8ffd4eef0ece0f2e03d312e30330d0acaeee4e8f0eee2eae03d57696e646f77730d0acef2eff0e0e2e8f2e5ebfc3dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfc3d0d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30372e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0ad1e5eaf6e8ffd0e0f1f7d1f7e5f20d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30372e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0acde0f7e0ebfcedfbe9cef1f2e0f2eeea3d31303030303030303030302e30300d0ac2f1e5e3eecfeef1f2f3efe8ebee3d36353739382e39300d0ac2f1e5e3eed1efe8f1e0edee3d39323331372e38300d0acaeeede5f7edfbe9cef1f2e0f2eeea3d393939393937333438312e31300d0acaeeede5f6d0e0f1f7d1f7e5f20d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30312e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303035353030303030373738380d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303635330d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d30342e31322e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0cfeef1f2f3efe8ebee3d30342e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303035353030303030373738380d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373830353433323137320d0acfebe0f2e5ebfcf9e8ea313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343033303635330d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303730303030303030303431370d0acfeeebf3f7e0f2e5ebfc3dc8cdcd2020cfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d0d0acfeeebf3f7e0f2e5ebfc313dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343532353232350d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220ef2fef20b9203120eef22033302e31312e323032363a20f1f7b8f220efeeebf3f7e0f2e5ebff20e7e0eaf0fbf20d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d320d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30372e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303133323437303030343435350d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303738360d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d3230340d0ac4e0f2e03d30372e31322e323032360d0ad1f3ecece03d31393634302e30300d0ac4e0f2e0cfeef1f2f3efe8ebee3d30372e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303035353030303030373738380d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373830353433323137320d0acfebe0f2e5ebfcf9e8ea313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343033303635330d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303730303030303030303431370d0acfeeebf3f7e0f2e5ebfc3dc8cdcd2020cfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d0d0acfeeebf3f7e0f2e5ebfc313dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343532353232350d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc7e020c8cf20c1e5ebeee2e020c02ed12e20efee20f1f7b8f2f3204b502d323032362d3030303030322c20e1e5e720cdc4d10d0acaeeede5f6c4eeeaf3ece5edf2e00d0acaeeede5f6d4e0e9ebe00d0a'),
	('3d5dc843-b0fd-446a-94b4-991db2486041', 0, '\x3143436c69656e7442616e6b45786368616e67650d0ac2e5f0f1e8ffd4eef0ece0f2e03d312e30330d0acaeee4e8f0eee2eae03d57696e646f77730d0acef2eff0e0e2e8f2e5ebfc3dcfc0ce20d1c1c5d0c1c0cdca0d0acfeeebf3f7e0f2e5ebfc3d0d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30312e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0ad1e5eaf6e8ffd0e0f1f7d1f7e5f20d0ac4e0f2e0cde0f7e0ebe03d33302e31312e323032360d0ac4e0f2e0caeeedf6e03d30312e31322e323032360d0ad0e0f1f7d1f7e5f23d34303730323831303730303030303030303431370d0acde0f7e0ebfcedfbe9cef1f2e0f2eeea3d31303030303030303030302e30300d0ac2f1e5e3eecfeef1f2f3efe8ebee3d302e30300d0ac2f1e5e3eed1efe8f1e0edee3d35313135382e39300d0acaeeede5f7edfbe9cef1f2e0f2eeea3d393939393934383834312e31300d0acaeeede5f6d0e0f1f7d1f7e5f20d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d310d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d34363135382e39300d0ac4e0f2e0d1efe8f1e0edee3d30312e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303730323831303035353030303030373738380d0acfeeebf3f7e0f2e5ebfc3dc8cdcd203738303534333231373220cecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc8cdcd3d373830353433323137320d0acfeeebf3f7e0f2e5ebfc313dcecece20abc2e5eaf2eef02dcbeee3e8f1f2e8eae0bb0d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343033303635330d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b920323032362d30303031333320eef22031322e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0ad1e5eaf6e8ffc4eeeaf3ece5edf23dcfebe0f2e5e6edeee520efeef0f3f7e5ede8e50d0acdeeece5f03d330d0ac4e0f2e03d33302e31312e323032360d0ad1f3ecece03d353030302e30300d0ac4e0f2e0d1efe8f1e0edee3d30312e31322e323032360d0acfebe0f2e5ebfcf9e8ead1f7e5f23d34303730323831303730303030303030303431370d0acfebe0f2e5ebfcf9e8ea3dc8cdcd203737303931323737373920cecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac8cdcd3d373730393132373737390d0acfebe0f2e5ebfcf9e8ea313dcecece20abcaeeefe5e9eae0bb0d0acfebe0f2e5ebfcf9e8eac1c8ca3d3034343532353232350d0acfeeebf3f7e0f2e5ebfcd1f7e5f23d34303830323831303430303030353531323334350d0acfeeebf3f7e0f2e5ebfc3dc8cdcd2035303033313132333435323720c8cf20c1e5ebeee220c0edf2eeed20d1e5f0e3e5e5e2e8f70d0acfeeebf3f7e0f2e5ebfcc8cdcd3d3530303331313233343532370d0acfeeebf3f7e0f2e5ebfc313dc8cf20c1e5ebeee220c0edf2eeed20d1e5f0e3e5e5e2e8f70d0acfeeebf3f7e0f2e5ebfcc1c8ca3d3034343532353937340d0ac2e8e4ceefebe0f2fb3d30310d0acef7e5f0e5e4edeef1f2fc3d350d0acde0e7ede0f7e5ede8e5cfebe0f2e5e6e03dc2eee7e2f0e0f220efee20f1f7b8f2f320b9204b502d323032362d30303030303220eef22033302e31312e323032362c20e7e0ffe2ebe5ede8e520eef22033302e31312e323032362e20cdc4d120ede520eee1ebe0e3e0e5f2f1ff0d0acaeeede5f6c4eeeaf3ece5edf2e00d0acaeeede5f6d4e0e9ebe00d0a');
INSERT INTO public.calculation_deductions (calculation_id, number, amount_kopecks, reason) VALUES
	('bd85745e-878b-54d0-afc4-6d1ee18f7a9f', 1, 320000, 'Выезд инженера на внедрение: билеты по авансовому отчёту № 88');
INSERT INTO public.calculation_lines (calculation_id, line_no, sum_kopecks, vat_rate, vat_kopecks) VALUES
	('19445be3-8dc4-5076-910b-52145d5069bd', 1, 969355, 'vat22', 174802),
	('9cb33845-ed15-56af-ac9d-64d5229f4d1a', 1, 13561644, 'none', 0),
	('9cb33845-ed15-56af-ac9d-64d5229f4d1a', 2, 4500000, 'none', 0),
	('9cb33845-ed15-56af-ac9d-64d5229f4d1a', 3, 6000000, 'vat22', 1081967),
	('bd85745e-878b-54d0-afc4-6d1ee18f7a9f', 1, 13561644, 'none', 0),
	('bd85745e-878b-54d0-afc4-6d1ee18f7a9f', 2, 4500000, 'none', 0),
	('bd85745e-878b-54d0-afc4-6d1ee18f7a9f', 3, 3750000, 'vat22', 676230),
	('5f4fa5c1-819a-5f86-bcce-ddccf9f2e140', 1, 4615890, 'none', 0),
	('ef345b9a-5e2d-5cea-9c83-d8863382411b', 1, 720000, 'none', 0);
INSERT INTO public.feedback (refund_id, score, text, at) VALUES
	('refund-2026-000117-1', 5, 'Всё понятно и быстро, спасибо.', '2026-11-29 21:07:56.930314+00'),
	('refund-2026-000121-1', 4, 'Просили исправить реквизиты, но объяснили почему.', '2026-11-29 21:07:58.393515+00'),
	('refund-2026-000133-1', 5, 'Забыли, что закрыли счёт. Деньги дошли со второго раза, ничего заново просить не пришлось.', '2026-11-29 21:08:01.684354+00'),
	('refund-2026-000138-1', 5, 'Передумал до начала срока, вернули всё.', '2026-11-29 21:08:06.87898+00'),
	('refund-KP-2026-000002-1', 5, 'Партнёр ошибся суммой, лишнее вернули без единого звонка.', '2026-11-29 21:08:15.064792+00');
INSERT INTO public.subscriptions (id, client_id, title, created_at) VALUES
	('kompas-romashka', 'romashka', 'Компас', '2026-11-29 21:08:06.920783+00'),
	('kompas-belov', 'belov', 'Компас', '2026-11-29 21:08:10.689897+00');
INSERT INTO public.tariffs (code, title, units, data_set, months, is_free, vat_mode, is_offered, written_by, created_at, updated_at) VALUES
	('free', 'Бесплатный тариф', 10, 'basic', 12, true, 'standard', true, 'billing', '2026-11-29 21:07:55.778973+00', '2026-11-29 21:07:55.778973+00'),
	('100', 'Тариф 100', 100, 'basic', 12, false, 'standard', true, 'billing', '2026-11-29 21:07:55.790693+00', '2026-11-29 21:07:55.790693+00'),
	('400', 'Тариф 400', 400, 'extended', 12, false, 'standard', true, 'billing', '2026-11-29 21:07:55.80802+00', '2026-11-29 21:07:55.80802+00'),
	('1000', 'Тариф 1000', 1000, 'extended', 12, false, 'standard', true, 'billing', '2026-11-29 21:07:55.821201+00', '2026-11-29 21:07:55.821201+00');
INSERT INTO public.invoice_counters (year, last) VALUES
	(2026, 2);
INSERT INTO public.invoice_lines (invoice_number, line_no, title, kind, sum_kopecks, vat_rate, period_start, period_end, delivered_on, closed_by_documents) VALUES
	('2023-000003', 1, 'Тариф «Старт», год', 'subscription', 640000, 'vat20', '2023-08-28', '2024-08-26', NULL, false),
	('2026-000098', 1, 'Тариф «Стандарт», год', 'subscription', 3600000, 'none', '2026-08-12', '2027-08-11', NULL, false),
	('2026-000117', 1, 'Тариф «Стандарт», год', 'subscription', 1220050, 'vat22', '2026-09-16', '2027-09-15', NULL, false),
	('2026-000118', 1, 'Лицензия на модуль «Касса»', 'licence', 480000, 'none', NULL, NULL, '2026-10-02', false),
	('2026-000121', 1, 'Тариф «Максимальный», 50 мест, год', 'subscription', 18000000, 'none', '2026-09-01', '2027-08-31', NULL, false),
	('2026-000121', 2, 'Лицензия на модуль «Склад», ключ не выдан', 'licence', 4500000, 'none', NULL, NULL, NULL, false),
	('2026-000121', 3, 'Внедрение и обучение, 40 часов', 'service', 6000000, 'vat22', NULL, NULL, NULL, false),
	('2026-000122', 1, 'Поддержка «Расширенная», год', 'subscription', 9600000, 'none', '2026-10-21', '2027-10-20', NULL, false),
	('2026-000125', 1, 'Лицензия «Отчёты»', 'licence', 350000, 'none', NULL, NULL, '2026-10-31', false),
	('2026-000130', 1, 'Тариф «Личный», год', 'subscription', 299000, 'none', '2026-11-10', '2027-11-09', NULL, false),
	('2026-000131', 1, 'Перенос данных, 2 часа', 'service', 500000, 'vat22', NULL, NULL, NULL, false),
	('2026-000133', 1, 'Тариф «Стандарт», год', 'subscription', 4800000, 'none', '2026-11-16', '2027-11-15', NULL, false),
	('2026-000138', 1, 'Тариф «Старт», год', 'subscription', 720000, 'none', '2026-12-03', '2027-12-02', NULL, false),
	('2026-000140', 1, 'Тариф «Старт», год', 'subscription', 990000, 'none', '2026-12-10', '2027-12-09', NULL, false),
	('KP-2026-000001', 1, 'Компас: Тариф 400', 'subscription', 3660000, 'vat22', '2026-12-30', '2027-12-29', NULL, false),
	('KP-2026-000002', 1, 'Компас: Тариф 100', 'subscription', 1464000, 'vat22', '2026-12-03', '2027-12-02', NULL, false);
INSERT INTO public.orders (id, renewal_id, subscription_id, client_id, offer, tariff_code, units, months, individual_offer_id, price_kopecks, vat_mode, method, payer_name, payer_inn, payer_kpp, payer_address, agreed, agreed_sha256, placed_by, placed_at) VALUES
	('9852e6aa-094d-5936-9347-062ca95c3d72', 'renewal-kompas-romashka-2026-12-29', 'kompas-romashka', 'romashka', 'same', '400', 400, 12, NULL, 3660000, 'standard', 'bank_transfer', 'ООО «Ромашка»', '7709123460', '770901001', NULL, '{"vat": "6600.00", "offer": "same", "payer": {"inn": "7709123460", "kpp": "770901001", "name": "ООО «Ромашка»", "address": null}, "price": "36600.00", "units": 400, "method": "bank_transfer", "months": 12, "reason": "Текущий срок действует до 29.12.2026, новый начнётся сразу после него.", "tariff": "Тариф 400", "ends_on": "2027-12-29", "vat_rate": "vat22", "agreed_at": "2026-11-29T21:08:08.012218+00:00", "client_id": "romashka", "starts_on": "2026-12-30", "tariff_code": "400", "subscription": "Компас", "subscription_id": "kompas-romashka", "individual_offer_id": null}', '505536a272e694af7d56ffbec200c99b1fe1c48220b6b585f7f620ecb878b809', 'romashka', '2026-11-29 21:08:08.012218+00'),
	('52230263-5943-51a0-ae13-d90a1487acec', 'renewal-kompas-belov-2026-12-02', 'kompas-belov', 'belov', 'same', '100', 100, 12, NULL, 1464000, 'standard', 'bank_transfer', 'ИП Белов Антон Сергеевич', '500311234527', NULL, NULL, '{"vat": "2640.00", "offer": "same", "payer": {"inn": "500311234527", "kpp": null, "name": "ИП Белов Антон Сергеевич", "address": null}, "price": "14640.00", "units": 100, "method": "bank_transfer", "months": 12, "reason": "Текущий срок действует до 02.12.2026, новый начнётся сразу после него.", "tariff": "Тариф 100", "ends_on": "2027-12-02", "vat_rate": "vat22", "agreed_at": "2026-11-29T21:08:10.855183+00:00", "client_id": "belov", "starts_on": "2026-12-03", "tariff_code": "100", "subscription": "Компас", "subscription_id": "kompas-belov", "individual_offer_id": null}', 'dfa229db5650edbc8f813bf298cd5fb318549281b15e2a9480690cff21866618', 'belov', '2026-11-29 21:08:10.855183+00');
INSERT INTO public.terms (id, subscription_id, tariff_code, units, starts_on, ends_on, anchored_on, invoice_number, stopped_on, stop_reason, withdrawn_at, created_at) VALUES
	('314b28f7-1a72-5a51-b10c-978e66d00d83', 'kompas-romashka', '400', 400, '2025-12-30', '2026-12-29', '2025-12-30', NULL, NULL, NULL, NULL, '2026-11-29 21:08:06.920783+00'),
	('7351ab3a-70a5-575a-879c-658759091d74', 'kompas-romashka', '400', 400, '2026-12-30', '2027-12-29', '2025-12-30', 'KP-2026-000001', NULL, NULL, NULL, '2026-12-21 17:01:00.527933+00'),
	('60eb774f-9d4c-5748-bb9c-ea57a791d5ca', 'kompas-belov', '100', 100, '2025-12-03', '2026-12-02', '2025-12-03', NULL, NULL, NULL, NULL, '2026-11-29 21:08:10.689897+00'),
	('1f74fb2d-c734-5293-8476-3dd44f7083d2', 'kompas-belov', '100', 100, '2026-12-03', '2027-12-02', '2025-12-03', 'KP-2026-000002', NULL, NULL, NULL, '2026-12-07 17:01:00.781616+00');
INSERT INTO public.renewals (id, subscription_id, client_id, term_id, term_ends_on, status, version, policy_version, order_id, invoice_number, next_term_id, claimed_until, seen_kopecks, reason, waiting_for, wait_until, opened_at, changed_at, closed_at) VALUES
	('renewal-kompas-romashka-2026-12-29', 'kompas-romashka', 'romashka', '314b28f7-1a72-5a51-b10c-978e66d00d83', '2026-12-29', 'renewed', 5, 1, '9852e6aa-094d-5936-9347-062ca95c3d72', 'KP-2026-000001', '7351ab3a-70a5-575a-879c-658759091d74', NULL, 3660000, NULL, NULL, NULL, '2026-11-29 21:08:06.964303+00', '2026-12-29 21:00:00.141634+00', '2026-12-29 21:00:00.141634+00'),
	('renewal-kompas-romashka-2027-12-29', 'kompas-romashka', 'romashka', '7351ab3a-70a5-575a-879c-658759091d74', '2027-12-29', 'watching', 1, 1, NULL, NULL, NULL, NULL, 0, NULL, 'client', '2027-12-29 21:00:00+00', '2026-12-29 21:00:00.254583+00', '2026-12-29 21:00:00.254583+00', NULL),
	('renewal-kompas-belov-2026-12-02', 'kompas-belov', 'belov', '60eb774f-9d4c-5748-bb9c-ea57a791d5ca', '2026-12-02', 'renewed', 6, 1, '52230263-5943-51a0-ae13-d90a1487acec', 'KP-2026-000002', '1f74fb2d-c734-5293-8476-3dd44f7083d2', NULL, 1964000, NULL, NULL, NULL, '2026-11-29 21:08:10.726218+00', '2026-12-07 17:01:00.795563+00', '2026-12-07 17:01:00.795563+00'),
	('renewal-kompas-belov-2027-12-02', 'kompas-belov', 'belov', '1f74fb2d-c734-5293-8476-3dd44f7083d2', '2027-12-02', 'watching', 1, 1, NULL, NULL, NULL, NULL, 0, NULL, 'client', '2027-12-02 21:00:00+00', '2026-12-07 17:01:00.96305+00', '2026-12-07 17:01:00.96305+00', NULL);
INSERT INTO public.issued_invoices (invoice_number, year, sequence, order_id, renewal_id, recipient, supplier_address, valid_until) VALUES
	('KP-2026-000001', 2026, 1, '9852e6aa-094d-5936-9347-062ca95c3d72', 'renewal-kompas-romashka-2026-12-29', '{"bic": "044525225", "inn": "7709127779", "kpp": "770901001", "account": "40702810700000000417", "bank_name": "ПАО Сбербанк", "recipient_name": "ООО «Копейка»", "correspondent_account": "30101810400000000225"}', '115035, г. Москва, ул. Садовническая, д. 7, офис 12', '2026-12-25'),
	('KP-2026-000002', 2026, 2, '52230263-5943-51a0-ae13-d90a1487acec', 'renewal-kompas-belov-2026-12-02', '{"bic": "044525225", "inn": "7709127779", "kpp": "770901001", "account": "40702810700000000417", "bank_name": "ПАО Сбербанк", "recipient_name": "ООО «Копейка»", "correspondent_account": "30101810400000000225"}', '115035, г. Москва, ул. Садовническая, д. 7, офис 12', '2026-12-10');
INSERT INTO public.known_payers (client_id, inn, name, entry_id, added_by, added_at) VALUES
	('belov', '7805432172', 'ООО «Вектор-Логистика»', '594db74d-963b-67b0-d4b3-45b093dac04a', 'p.gromov', '2026-11-29 21:08:12.380082+00');
INSERT INTO public.ledger_transfers (id, kind, debit_account, credit_account, amount_kopecks, reference, recorded_at) OVERRIDING SYSTEM VALUE VALUES
	(1, 'payment_received', 'cash/acquirer', 'invoice/2023-000003', 640000, 'payment-2023-000003', '2026-11-29 21:07:55.591816+00'),
	(2, 'payment_received', 'cash/bank', 'invoice/2026-000098', 3600000, 'payment-2026-000098', '2026-11-29 21:07:55.613034+00'),
	(3, 'payment_received', 'cash/acquirer', 'invoice/2026-000117', 1220050, 'payment-2026-000117', '2026-11-29 21:07:55.632807+00'),
	(4, 'payment_received', 'cash/acquirer', 'invoice/2026-000118', 480000, 'payment-2026-000118', '2026-11-29 21:07:55.647485+00'),
	(5, 'payment_received', 'cash/acquirer', 'invoice/2026-000121', 28500000, 'payment-2026-000121', '2026-11-29 21:07:55.672443+00'),
	(6, 'payment_received', 'cash/bank', 'invoice/2026-000122', 9600000, 'payment-2026-000122', '2026-11-29 21:07:55.684286+00'),
	(7, 'payment_received', 'cash/acquirer', 'invoice/2026-000125', 350000, 'payment-2026-000125', '2026-11-29 21:07:55.698146+00'),
	(8, 'payment_received', 'cash/acquirer', 'invoice/2026-000130', 299000, 'payment-2026-000130', '2026-11-29 21:07:55.71711+00'),
	(9, 'payment_received', 'cash/acquirer', 'invoice/2026-000131', 500000, 'payment-2026-000131', '2026-11-29 21:07:55.735439+00'),
	(10, 'payment_received', 'cash/bank', 'invoice/2026-000133', 4800000, 'payment-2026-000133', '2026-11-29 21:07:55.749844+00'),
	(11, 'payment_received', 'cash/acquirer', 'invoice/2026-000138', 720000, 'payment-2026-000138', '2026-11-29 21:07:55.766363+00'),
	(12, 'promised', 'invoice/2026-000117', 'promised/refund-2026-000117-1', 969355, 'refund-2026-000117-1@2', '2026-11-29 21:07:56.033486+00'),
	(13, 'payout_begun', 'promised/refund-2026-000117-1', 'transit/refund-2026-000117-1/1', 969355, 'refund-2026-000117-1/1', '2026-11-29 21:07:56.482823+00'),
	(14, 'payout_paid', 'transit/refund-2026-000117-1/1', 'cash/acquirer', 969355, 'refund-2026-000117-1/1', '2026-11-29 21:07:56.647282+00'),
	(15, 'promised', 'invoice/2026-000121', 'promised/refund-2026-000121-1', 21491644, 'refund-2026-000121-1@3', '2026-11-29 21:07:57.105951+00'),
	(16, 'payout_begun', 'promised/refund-2026-000121-1', 'transit/refund-2026-000121-1/1', 21491644, 'refund-2026-000121-1/1', '2026-11-29 21:07:57.9878+00'),
	(17, 'payout_paid', 'transit/refund-2026-000121-1/1', 'cash/acquirer', 21491644, 'refund-2026-000121-1/1', '2026-11-29 21:07:58.095605+00'),
	(18, 'promised', 'invoice/2026-000133', 'promised/refund-2026-000133-1', 4615890, 'refund-2026-000133-1@2', '2026-11-29 21:07:58.451901+00'),
	(19, 'payout_begun', 'promised/refund-2026-000133-1', 'transit/refund-2026-000133-1/1', 4615890, 'refund-2026-000133-1/1', '2026-11-29 21:07:59.090404+00'),
	(20, 'payout_paid', 'transit/refund-2026-000133-1/1', 'cash/bank', 4615890, 'refund-2026-000133-1/1', '2026-11-29 21:07:59.657447+00'),
	(21, 'payout_returned', 'cash/bank', 'promised/refund-2026-000133-1', 4615890, 'refund-2026-000133-1/1', '2026-11-29 21:08:00.099288+00'),
	(22, 'payout_begun', 'promised/refund-2026-000133-1', 'transit/refund-2026-000133-1/2', 4615890, 'refund-2026-000133-1/2', '2026-11-29 21:08:00.812476+00'),
	(23, 'payout_paid', 'transit/refund-2026-000133-1/2', 'cash/bank', 4615890, 'refund-2026-000133-1/2', '2026-11-29 21:08:01.304885+00'),
	(24, 'promised', 'invoice/2026-000138', 'promised/refund-2026-000138-1', 720000, 'refund-2026-000138-1@2', '2026-11-29 21:08:01.742889+00'),
	(25, 'payout_begun', 'promised/refund-2026-000138-1', 'transit/refund-2026-000138-1/1', 720000, 'refund-2026-000138-1/1', '2026-11-29 21:08:02.203739+00'),
	(26, 'payout_paid', 'transit/refund-2026-000138-1/1', 'cash/acquirer', 720000, 'refund-2026-000138-1/1', '2026-11-29 21:08:06.393855+00'),
	(27, 'payment_received', 'cash/bank', 'invoice/KP-2026-000001', 3660000, 'entry-58db5b1c9584a781fde1b16bcdbc3e4b-0', '2026-11-29 21:08:09.285219+00'),
	(28, 'payment_received', 'cash/bank', 'invoice/KP-2026-000002', 1964000, 'entry-594db74d963b67b0d4b345b093dac04a-0', '2026-11-29 21:08:12.476614+00'),
	(29, 'surplus_held', 'invoice/KP-2026-000002', 'surplus/KP-2026-000002', 500000, 'KP-2026-000002@1', '2026-11-29 21:08:12.476614+00'),
	(30, 'promised', 'surplus/KP-2026-000002', 'promised/refund-KP-2026-000002-1', 500000, 'refund-KP-2026-000002-1@2', '2026-11-29 21:08:13.099886+00'),
	(31, 'payout_begun', 'promised/refund-KP-2026-000002-1', 'transit/refund-KP-2026-000002-1/1', 500000, 'refund-KP-2026-000002-1/1', '2026-11-29 21:08:13.912746+00'),
	(32, 'payout_paid', 'transit/refund-KP-2026-000002-1/1', 'cash/bank', 500000, 'refund-KP-2026-000002-1/1', '2026-11-29 21:08:14.694493+00');
INSERT INTO public.mailboxes (role, address) VALUES
	('specialist', 'specialists@kopeyka.example'),
	('accountant', 'accounting@kopeyka.example'),
	('operator', 'operators@kopeyka.example');
INSERT INTO public.notifications (id, number, case_id, occasion, role, client_id, channel, template, params, status, attempts, due_at, last_error, created_at, settled_at, read_at, sent_to, sent_subject, sent_text) OVERRIDING SYSTEM VALUE VALUES
	('62506014-3ea5-5332-b892-4f4b77be3dbb', 2, 'refund-2026-000117-1', 'change-2', 'client', 'romashka', 'inbox', 'refund_awaiting_statement', '{"service": null, "until_at": "2026-12-29T21:07:56.019569+00:00", "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:56.019569+00', '2026-11-29 21:07:56.019569+00', NULL, NULL, NULL, NULL),
	('2a661042-633d-5529-b594-a1453d765e66', 1, 'refund-2026-000117-1', 'change-2', 'client', 'romashka', 'mail', 'refund_awaiting_statement', '{"service": null, "until_at": "2026-12-29T21:07:56.019569+00:00", "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:56.019569+00', '2026-11-29 21:07:56.323664+00', NULL, 'buh@romashka.example', 'Возврат по счёту № 2026-000117: заполните заявление', 'Здравствуйте!
Мы рассчитали сумму, которую вернём вам:
    9 693,55 ₽
Осталось заполнить заявление: укажите реквизиты, проверьте данные и подпишите его. Мы ждём заявление до 30.12.2026 00:07 (МСК).
Заполнить заявление:
http://127.0.0.1:8002/v1/refunds/refund-2026-000117-1
Если заявление не поступит в срок, заявка будет закрыта, и возврат нужно будет оформить заново.
Заявка: refund-2026-000117-1
Счёт: 2026-000117
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('0152abc2-cce4-56df-bfcc-5b7818207055', 3, 'refund-2026-000117-1', 'code-2c8d8f1a-4a3a-5cfa-8efd-dab4573a5fc1', 'client', 'romashka', 'mail', 'refund_one_time_code', '{"minutes": 10, "invoice_number": "2026-000117"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:56.113427+00', '2026-11-29 21:07:56.323664+00', NULL, 'buh@romashka.example', 'Возврат по счёту № 2026-000117: код подтверждения', 'Здравствуйте!
Код для подписания заявления на возврат:
    ••••••
Он действует 10 мин. и подходит только один раз. Вводя код, вы подписываете заявление простой электронной подписью.
Никому не сообщайте код, даже нашим сотрудникам. Если вы его не запрашивали, ничего делать не нужно.
Заявка: refund-2026-000117-1
Счёт: 2026-000117
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('4b668dd7-b229-5f9c-932b-cb34bcfb881a', 5, 'refund-2026-000117-1', 'change-3', 'client', 'romashka', 'inbox', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:56.403992+00', '2026-11-29 21:07:56.403992+00', NULL, NULL, NULL, NULL),
	('2f2782bd-0522-5a7d-aa27-371c36db2765', 7, 'refund-2026-000117-1', 'change-3', 'specialist', NULL, 'inbox', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:56.403992+00', '2026-11-29 21:07:56.403992+00', NULL, NULL, NULL, NULL),
	('4f3f5d6c-0736-51e4-ade8-821ba7b69407', 9, 'refund-2026-000117-1', 'change-4', 'client', 'romashka', 'inbox', 'refund_paying', '{"way": "card", "reason": "paid_this_way", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:56.46731+00', '2026-11-29 21:07:56.46731+00', NULL, NULL, NULL, NULL),
	('eedf3e41-97b2-5fb3-9299-b3a063e257e4', 11, 'refund-2026-000117-1', 'change-5', 'client', 'romashka', 'inbox', 'refund_completed', '{"way": "card", "service": null, "until_at": "2026-12-14T21:00:00+00:00", "credit_by_on": "2026-12-14", "amount_kopecks": 969355, "invoice_number": "2026-000117", "payment_date_on": "2026-11-30"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:56.668006+00', '2026-11-29 21:07:56.668006+00', NULL, NULL, NULL, NULL),
	('25f55576-902e-5f49-99ce-f7bed6ab3401', 4, 'refund-2026-000117-1', 'change-3', 'client', 'romashka', 'mail', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:56.403992+00', '2026-11-29 21:07:56.696214+00', NULL, 'buh@romashka.example', 'Возврат по счёту № 2026-000117: заявление получено', 'Здравствуйте!
Мы получили ваше подписанное заявление. Сейчас его проверяет специалист.
О результате мы напишем. Пока от вас ничего не требуется.
Заявка: refund-2026-000117-1
Счёт: 2026-000117
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('db796c35-e581-5440-9601-ea94b43940aa', 6, 'refund-2026-000117-1', 'change-3', 'specialist', NULL, 'mail', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:56.403992+00', '2026-11-29 21:07:56.71091+00', NULL, 'specialists@kopeyka.example', 'Проверьте заявление на возврат по счёту № 2026-000117', 'Здравствуйте!
Клиент подписал заявление на возврат по счёту № 2026-000117.
Проверьте заявление: примите его или верните с замечаниями.
Заявка: refund-2026-000117-1
Счёт: 2026-000117
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('6cd45b8e-380d-59e6-86ce-5bee31944152', 8, 'refund-2026-000117-1', 'change-4', 'client', 'romashka', 'mail', 'refund_paying', '{"way": "card", "reason": "paid_this_way", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:56.46731+00', '2026-11-29 21:07:56.720748+00', NULL, 'buh@romashka.example', 'Возврат по счёту № 2026-000117: проводим выплату', 'Здравствуйте!
Мы начали выплату: деньги уйдут на банковскую карту, с которой вы оплатили счёт. Отозвать заявку теперь уже нельзя.
Как только платёж пройдёт, мы сообщим вам его дату и день, до которого поступят средства.
Заявка: refund-2026-000117-1
Счёт: 2026-000117
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('f174e72a-61cc-539d-b7bd-232ea333ee19', 19, 'refund-2026-000121-1', 'change-3', 'client', 'volga-shipyard', 'inbox', 'refund_awaiting_statement', '{"reason": "Тариф — по неиспользованным дням, ключ лицензии не выдан, обучение проведено на 15 часов.", "service": null, "until_at": "2026-12-29T21:07:57.085894+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.085894+00', '2026-11-29 21:07:57.085894+00', NULL, NULL, NULL, NULL),
	('56716707-a3ad-5dc4-9da0-a5a861cb35af', 22, 'refund-2026-000121-1', 'change-4', 'client', 'volga-shipyard', 'inbox', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.412501+00', '2026-11-29 21:07:57.412501+00', NULL, NULL, NULL, NULL),
	('e550474c-4cae-5b1d-89d5-f042b94e3797', 31, 'refund-2026-000121-1', 'change-6', 'specialist', NULL, 'inbox', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.792199+00', '2026-11-29 21:07:57.792199+00', NULL, NULL, NULL, NULL),
	('24ff7e15-050c-5ed4-90e7-6e9d704ad5f7', 10, 'refund-2026-000117-1', 'change-5', 'client', 'romashka', 'mail', 'refund_completed', '{"way": "card", "service": null, "until_at": "2026-12-14T21:00:00+00:00", "credit_by_on": "2026-12-14", "amount_kopecks": 969355, "invoice_number": "2026-000117", "payment_date_on": "2026-11-30"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:56.668006+00', '2026-11-29 21:07:56.734437+00', NULL, 'buh@romashka.example', 'Возврат по счёту № 2026-000117: завершено, деньги отправлены', 'Здравствуйте!
Мы перечислили вам деньги на банковскую карту, с которой вы оплатили счёт:
    9 693,55 ₽
Дата платежа — 30.11.2026. Средства поступят до 14.12.2026: срок зависит от вашего банка.
Если к этому дню деньги не придут, сообщите нам, пожалуйста: мы проверим платёж.
Заявка: refund-2026-000117-1
Счёт: 2026-000117
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('e18045fd-bb96-5429-b0f5-437ffd80df53', 13, 'refund-2026-000117-1', 'change-6', 'client', 'romashka', 'inbox', 'refund_credited', '{"service": null, "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 0, NULL, NULL, '2026-12-14 21:00:00.024907+00', '2026-12-14 21:00:00.024907+00', NULL, NULL, NULL, NULL),
	('a4e74838-53d0-57a9-9f8e-79e40301da17', 12, 'refund-2026-000117-1', 'change-6', 'client', 'romashka', 'mail', 'refund_credited', '{"service": null, "amount_kopecks": 969355, "invoice_number": "2026-000117"}', 'sent', 1, NULL, NULL, '2026-12-14 21:00:00.024907+00', '2026-11-29 21:07:57.004842+00', NULL, 'buh@romashka.example', 'Возврат по счёту № 2026-000117: как всё прошло?', 'Здравствуйте!
Возврат закончен: деньги уже должны быть у вас.
Оцените, пожалуйста, от 1 до 5, как всё прошло, и напишите пару слов, если хочется. Ваш отзыв помогает нам возвращать деньги быстрее.
Если деньги так и не пришли, сообщите нам об этом: мы проверим платёж.
Заявка: refund-2026-000117-1
Счёт: 2026-000117
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('6c8a3f76-da73-5640-9c1d-9c93289e34f8', 15, 'refund-2026-000121-1', 'change-2', 'client', 'volga-shipyard', 'inbox', 'refund_awaiting_specialist', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 0, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.007078+00', '2026-11-29 21:07:57.007078+00', NULL, NULL, NULL, NULL),
	('f3ba0242-49aa-5225-b154-7077ce14a357', 17, 'refund-2026-000121-1', 'change-2', 'specialist', NULL, 'inbox', 'staff_calculation_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 0, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.007078+00', '2026-11-29 21:07:57.007078+00', NULL, NULL, NULL, NULL),
	('f1753b66-3dec-5f3a-a494-4a1aa7f57b05', 14, 'refund-2026-000121-1', 'change-2', 'client', 'volga-shipyard', 'mail', 'refund_awaiting_specialist', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 0, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.007078+00', '2026-11-29 21:07:57.297892+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: сумму рассчитает специалист', 'Здравствуйте!
Мы получили вашу заявку на возврат. Сумму по этому счёту определит наш специалист.
Как только расчёт будет готов, мы пригласим вас заполнить заявление. Пока от вас ничего не требуется.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('439736e2-71e8-5bab-a741-e7508ab8ebdb', 20, 'refund-2026-000121-1', 'code-e5972aad-071c-5c28-aa4d-81c5ea8d2ccb', 'client', 'volga-shipyard', 'mail', 'refund_one_time_code', '{"minutes": 10, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.223644+00', '2026-11-29 21:07:57.297892+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: код подтверждения', 'Здравствуйте!
Код для подписания заявления на возврат:
    ••••••
Он действует 10 мин. и подходит только один раз. Вводя код, вы подписываете заявление простой электронной подписью.
Никому не сообщайте код, даже нашим сотрудникам. Если вы его не запрашивали, ничего делать не нужно.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('15c10031-e8a8-5d60-b3c4-1eaad72ea370', 16, 'refund-2026-000121-1', 'change-2', 'specialist', NULL, 'mail', 'staff_calculation_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 0, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.007078+00', '2026-11-29 21:07:57.325124+00', NULL, 'specialists@kopeyka.example', 'Рассчитайте возврат по счёту № 2026-000121', 'Здравствуйте!
Сумму возврата по счёту № 2026-000121 нельзя рассчитать автоматически.
Укажите сумму по каждой позиции, удержания и причину.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('4f3239c1-2a6f-54de-adc0-b78b511ca773', 18, 'refund-2026-000121-1', 'change-3', 'client', 'volga-shipyard', 'mail', 'refund_awaiting_statement', '{"reason": "Тариф — по неиспользованным дням, ключ лицензии не выдан, обучение проведено на 15 часов.", "service": null, "until_at": "2026-12-29T21:07:57.085894+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.085894+00', '2026-11-29 21:07:57.345713+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: заполните заявление', 'Здравствуйте!
Мы рассчитали сумму, которую вернём вам:
    214 916,44 ₽
Осталось заполнить заявление: укажите реквизиты, проверьте данные и подпишите его. Мы ждём заявление до 30.12.2026 00:07 (МСК).
Заполнить заявление:
http://127.0.0.1:8002/v1/refunds/refund-2026-000121-1
Если заявление не поступит в срок, заявка будет закрыта, и возврат нужно будет оформить заново.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('690015fb-cda7-5c8c-9ef5-9f4aef9c46d7', 24, 'refund-2026-000121-1', 'change-4', 'specialist', NULL, 'inbox', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.412501+00', '2026-11-29 21:07:57.412501+00', NULL, NULL, NULL, NULL),
	('44c44548-981c-5277-9470-98825d9ab6fc', 21, 'refund-2026-000121-1', 'change-4', 'client', 'volga-shipyard', 'mail', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.412501+00', '2026-11-29 21:07:57.697244+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: заявление получено', 'Здравствуйте!
Мы получили ваше подписанное заявление. Сейчас его проверяет специалист.
О результате мы напишем. Пока от вас ничего не требуется.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('4510608c-3e0c-5aa2-a643-2995dc827298', 23, 'refund-2026-000121-1', 'change-4', 'specialist', NULL, 'mail', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.412501+00', '2026-11-29 21:07:57.707913+00', NULL, 'specialists@kopeyka.example', 'Проверьте заявление на возврат по счёту № 2026-000121', 'Здравствуйте!
Клиент подписал заявление на возврат по счёту № 2026-000121.
Проверьте заявление: примите его или верните с замечаниями.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('998ea7bb-afca-549f-897f-ec5a8a496e4f', 25, 'refund-2026-000121-1', 'change-5', 'client', 'volga-shipyard', 'mail', 'refund_statement_returned', '{"remarks": "Счёт в Волго-Вятском банке закрыт. Укажите, пожалуйста, действующий расчётный счёт.", "service": null, "until_at": "2026-12-29T21:07:57.467674+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.467674+00', '2026-11-29 21:07:57.718005+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: исправьте, пожалуйста, заявление', 'Здравствуйте!
Мы проверили ваше заявление и просим его исправить. Замечания специалиста:
    Счёт в Волго-Вятском банке закрыт. Укажите, пожалуйста, действующий расчётный счёт.
Внесите, пожалуйста, исправления и подпишите заявление ещё раз.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('c47a85b2-288f-5df5-a254-41792e8de7b0', 33, 'refund-2026-000121-1', 'change-7', 'client', 'volga-shipyard', 'inbox', 'refund_awaiting_approval', '{"reason": "above_limit", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.866713+00', '2026-11-29 21:07:57.866713+00', NULL, NULL, NULL, NULL),
	('4dec8845-da12-524f-bbbd-e0b4beb75fba', 35, 'refund-2026-000121-1', 'change-7', 'accountant', NULL, 'inbox', 'staff_approval_needed', '{"reason": "above_limit", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.866713+00', '2026-11-29 21:07:57.866713+00', NULL, NULL, NULL, NULL),
	('a09741a4-be4d-581e-a916-c4707c73418e', 32, 'refund-2026-000121-1', 'change-7', 'client', 'volga-shipyard', 'mail', 'refund_awaiting_approval', '{"reason": "above_limit", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.866713+00', '2026-11-29 21:07:58.121778+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: сумма на согласовании', 'Здравствуйте!
Ваше заявление принято. Сумму возврата сейчас согласует бухгалтерия: для крупных сумм это обычный порядок.
Мы напишем вам, когда начнём выплату. Пока от вас ничего не требуется.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('264f2954-e9d8-53b8-b1a6-e87537254b47', 39, 'refund-2026-000121-1', 'change-9', 'client', 'volga-shipyard', 'inbox', 'refund_completed', '{"way": "card", "service": null, "until_at": "2026-12-14T21:00:00+00:00", "credit_by_on": "2026-12-14", "amount_kopecks": 21491644, "invoice_number": "2026-000121", "payment_date_on": "2026-11-30"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:58.125286+00', '2026-11-29 21:07:58.125286+00', NULL, NULL, NULL, NULL),
	('d1a9c094-7ffd-5997-800b-30fab0964848', 34, 'refund-2026-000121-1', 'change-7', 'accountant', NULL, 'mail', 'staff_approval_needed', '{"reason": "above_limit", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.866713+00', '2026-11-29 21:07:58.184456+00', NULL, 'accounting@kopeyka.example', 'Согласуйте возврат по счёту № 2026-000121', 'Здравствуйте!
Возврат по счёту № 2026-000121 выше лимита и ждёт согласования бухгалтерии.
Согласовать может любой бухгалтер, кроме того, кто рассчитал сумму.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('4ca4f496-e0e3-5de6-bace-a9f7c4150d7a', 43, 'refund-2026-000133-1', 'change-2', 'client', 'vector', 'inbox', 'refund_awaiting_statement', '{"service": null, "until_at": "2026-12-29T21:07:58.438038+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:58.438038+00', '2026-11-29 21:07:58.438038+00', NULL, NULL, NULL, NULL),
	('8960013e-acc4-5044-8571-71efa23e589b', 46, 'refund-2026-000133-1', 'change-3', 'client', 'vector', 'inbox', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:58.911524+00', '2026-11-29 21:07:58.911524+00', NULL, NULL, NULL, NULL),
	('5bfe2b7f-6d36-527f-901a-3261daf11a91', 48, 'refund-2026-000133-1', 'change-3', 'specialist', NULL, 'inbox', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:58.911524+00', '2026-11-29 21:07:58.911524+00', NULL, NULL, NULL, NULL),
	('465fde73-b0ed-5573-a719-0c4f7ce70cac', 61, 'refund-2026-000133-1', 'change-8', 'client', 'vector', 'inbox', 'refund_paying', '{"way": "account", "reason": "paid_by_transfer", "service": null, "until_at": "2026-12-14T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-12-07 07:01:00.110765+00', '2026-12-07 07:01:00.110765+00', NULL, NULL, NULL, NULL),
	('2970ab33-5179-5ad7-8b87-1af2c5537889', 26, 'refund-2026-000121-1', 'change-5', 'client', 'volga-shipyard', 'inbox', 'refund_statement_returned', '{"remarks": "Счёт в Волго-Вятском банке закрыт. Укажите, пожалуйста, действующий расчётный счёт.", "service": null, "until_at": "2026-12-29T21:07:57.467674+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.467674+00', '2026-11-29 21:07:57.467674+00', NULL, NULL, NULL, NULL),
	('330cfbaf-2484-5442-a79f-dcfb4cf50de6', 29, 'refund-2026-000121-1', 'change-6', 'client', 'volga-shipyard', 'inbox', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.792199+00', '2026-11-29 21:07:57.792199+00', NULL, NULL, NULL, NULL),
	('105d3561-43d5-56cd-ba19-dfd596f2033b', 37, 'refund-2026-000121-1', 'change-8', 'client', 'volga-shipyard', 'inbox', 'refund_paying', '{"way": "card", "reason": "paid_this_way", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-11-29 21:07:57.975181+00', '2026-11-29 21:07:57.975181+00', NULL, NULL, NULL, NULL),
	('be66d15c-112f-5916-8da0-956da9ac27ef', 28, 'refund-2026-000121-1', 'change-6', 'client', 'volga-shipyard', 'mail', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.792199+00', '2026-11-29 21:07:58.093319+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: заявление получено', 'Здравствуйте!
Мы получили ваше подписанное заявление. Сейчас его проверяет специалист.
О результате мы напишем. Пока от вас ничего не требуется.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('5d4fa0c2-47ee-5cac-9a33-613710cdbef8', 30, 'refund-2026-000121-1', 'change-6', 'specialist', NULL, 'mail', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.792199+00', '2026-11-29 21:07:58.108704+00', NULL, 'specialists@kopeyka.example', 'Проверьте заявление на возврат по счёту № 2026-000121', 'Здравствуйте!
Клиент подписал заявление на возврат по счёту № 2026-000121.
Проверьте заявление: примите его или верните с замечаниями.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('6df5bef2-7c1d-5de9-9a01-b2a86a44b52f', 36, 'refund-2026-000121-1', 'change-8', 'client', 'volga-shipyard', 'mail', 'refund_paying', '{"way": "card", "reason": "paid_this_way", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.975181+00', '2026-11-29 21:07:58.19445+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: проводим выплату', 'Здравствуйте!
Мы начали выплату: деньги уйдут на банковскую карту, с которой вы оплатили счёт. Отозвать заявку теперь уже нельзя.
Как только платёж пройдёт, мы сообщим вам его дату и день, до которого поступят средства.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('1f164dbe-ddc4-5cd9-bac4-b20516faaa9a', 38, 'refund-2026-000121-1', 'change-9', 'client', 'volga-shipyard', 'mail', 'refund_completed', '{"way": "card", "service": null, "until_at": "2026-12-14T21:00:00+00:00", "credit_by_on": "2026-12-14", "amount_kopecks": 21491644, "invoice_number": "2026-000121", "payment_date_on": "2026-11-30"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:58.125286+00', '2026-11-29 21:07:58.203697+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: завершено, деньги отправлены', 'Здравствуйте!
Мы перечислили вам деньги на банковскую карту, с которой вы оплатили счёт:
    214 916,44 ₽
Дата платежа — 30.11.2026. Средства поступят до 14.12.2026: срок зависит от вашего банка.
Если к этому дню деньги не придут, сообщите нам, пожалуйста: мы проверим платёж.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('51539b43-62b5-5279-9630-89fb784769e5', 41, 'refund-2026-000121-1', 'change-10', 'client', 'volga-shipyard', 'inbox', 'refund_credited', '{"service": null, "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 0, NULL, NULL, '2026-12-14 21:00:00.028022+00', '2026-12-14 21:00:00.028022+00', NULL, NULL, NULL, NULL),
	('c07f815f-64e6-5a6a-9b73-8d540fba319c', 40, 'refund-2026-000121-1', 'change-10', 'client', 'volga-shipyard', 'mail', 'refund_credited', '{"service": null, "amount_kopecks": 21491644, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-12-14 21:00:00.028022+00', '2026-11-29 21:07:58.469096+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: как всё прошло?', 'Здравствуйте!
Возврат закончен: деньги уже должны быть у вас.
Оцените, пожалуйста, от 1 до 5, как всё прошло, и напишите пару слов, если хочется. Ваш отзыв помогает нам возвращать деньги быстрее.
Если деньги так и не пришли, сообщите нам об этом: мы проверим платёж.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('74e9001e-a920-5cb0-8e57-aecccfd9a73e', 53, 'refund-2026-000133-1', 'change-6', 'client', 'vector', 'mail', 'refund_new_requisites_needed', '{"service": null, "until_at": "2027-01-03T17:01:00.213346+00:00", "payout_reason": "account_closed", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-12-04 17:01:00.213346+00', '2026-11-29 21:08:00.383869+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: нужны другие реквизиты', 'Здравствуйте!
Деньги до вас не дошли: платёж по вашим реквизитам не прошёл или не мог быть отправлен. Причина:
    счёт получателя закрыт
Проверьте, пожалуйста, реквизиты и подпишите заявление ещё раз, и мы отправим деньги снова. Сумма возврата остаётся прежней.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('3c80d148-78e8-5168-a44f-6df48d41e839', 27, 'refund-2026-000121-1', 'code-4bcf4de7-1c99-523e-a236-4ca5d8c367b8', 'client', 'volga-shipyard', 'mail', 'refund_one_time_code', '{"minutes": 10, "invoice_number": "2026-000121"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:57.591685+00', '2026-11-29 21:07:57.697244+00', NULL, 'finance@verfi.example', 'Возврат по счёту № 2026-000121: код подтверждения', 'Здравствуйте!
Код для подписания заявления на возврат:
    ••••••
Он действует 10 мин. и подходит только один раз. Вводя код, вы подписываете заявление простой электронной подписью.
Никому не сообщайте код, даже нашим сотрудникам. Если вы его не запрашивали, ничего делать не нужно.
Заявка: refund-2026-000121-1
Счёт: 2026-000121
Клиент: АО «Волжские верфи»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('7187cdef-b7d6-56df-9ab3-f07711a60bdd', 44, 'refund-2026-000133-1', 'code-10dd20b9-d114-5cdf-ac7a-575b6b8dc18b', 'client', 'vector', 'mail', 'refund_one_time_code', '{"minutes": 10, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:58.592684+00', '2026-11-29 21:07:58.747779+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: код подтверждения', 'Здравствуйте!
Код для подписания заявления на возврат:
    ••••••
Он действует 10 мин. и подходит только один раз. Вводя код, вы подписываете заявление простой электронной подписью.
Никому не сообщайте код, даже нашим сотрудникам. Если вы его не запрашивали, ничего делать не нужно.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('4bc293e7-c0b0-58d6-9ef4-2c66368d2ac5', 55, 'refund-2026-000133-1', 'code-c7be2666-303b-5cd9-8a4f-66a784974f7e', 'client', 'vector', 'mail', 'refund_one_time_code', '{"minutes": 10, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:00.379983+00', '2026-11-29 21:08:00.396329+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: код подтверждения', 'Здравствуйте!
Код для подписания заявления на возврат:
    ••••••
Он действует 10 мин. и подходит только один раз. Вводя код, вы подписываете заявление простой электронной подписью.
Никому не сообщайте код, даже нашим сотрудникам. Если вы его не запрашивали, ничего делать не нужно.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('24590209-f6e3-551c-93b8-384903754b5c', 68, 'refund-2026-000138-1', 'code-69bdfc3d-4be7-5de2-aa93-eea3c451f74f', 'client', 'solovyov', 'mail', 'refund_one_time_code', '{"minutes": 10, "invoice_number": "2026-000138"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:01.891287+00', '2026-11-29 21:08:02.020333+00', NULL, 'petr@solovyov.example', 'Возврат по счёту № 2026-000138: код подтверждения', 'Здравствуйте!
Код для подписания заявления на возврат:
    ••••••
Он действует 10 мин. и подходит только один раз. Вводя код, вы подписываете заявление простой электронной подписью.
Никому не сообщайте код, даже нашим сотрудникам. Если вы его не запрашивали, ничего делать не нужно.
Заявка: refund-2026-000138-1
Счёт: 2026-000138
Клиент: Соловьёв Пётр Алексеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('4470b193-e594-5a2f-92ef-261ff533eb5e', 107, 'refund-KP-2026-000002-1', 'code-afe11b34-f20f-5159-9f17-543e37756365', 'client', 'belov', 'mail', 'refund_one_time_code', '{"minutes": 10, "invoice_number": "KP-2026-000002"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:13.305891+00', '2026-11-29 21:08:13.39058+00', NULL, 'anton@belov.example', 'Возврат по счёту № KP-2026-000002: код подтверждения', 'Здравствуйте!
Код для подписания заявления на возврат:
    ••••••
Он действует 10 мин. и подходит только один раз. Вводя код, вы подписываете заявление простой электронной подписью.
Никому не сообщайте код, даже нашим сотрудникам. Если вы его не запрашивали, ничего делать не нужно.
Заявка: refund-KP-2026-000002-1
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('0a91a23f-a80a-59a9-b05b-2a3b293ee878', 42, 'refund-2026-000133-1', 'change-2', 'client', 'vector', 'mail', 'refund_awaiting_statement', '{"service": null, "until_at": "2026-12-29T21:07:58.438038+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:58.438038+00', '2026-11-29 21:07:58.484108+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: заполните заявление', 'Здравствуйте!
Мы рассчитали сумму, которую вернём вам:
    46 158,90 ₽
Осталось заполнить заявление: укажите реквизиты, проверьте данные и подпишите его. Мы ждём заявление до 30.12.2026 00:07 (МСК).
Заполнить заявление:
http://127.0.0.1:8002/v1/refunds/refund-2026-000133-1
Если заявление не поступит в срок, заявка будет закрыта, и возврат нужно будет оформить заново.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('08481f95-6455-5446-a7bd-df38f1ff5913', 50, 'refund-2026-000133-1', 'change-4', 'client', 'vector', 'inbox', 'refund_paying', '{"way": "account", "reason": "paid_by_transfer", "service": null, "until_at": "2026-12-08T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-12-01 07:01:00.11394+00', '2026-12-01 07:01:00.11394+00', NULL, NULL, NULL, NULL),
	('2fdeaf8f-02dc-5823-9c02-299c608179f3', 45, 'refund-2026-000133-1', 'change-3', 'client', 'vector', 'mail', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:58.911524+00', '2026-11-29 21:07:59.189599+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: заявление получено', 'Здравствуйте!
Мы получили ваше подписанное заявление. Сейчас его проверяет специалист.
О результате мы напишем. Пока от вас ничего не требуется.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('c1829c42-84dc-5208-8985-a58590e9e375', 47, 'refund-2026-000133-1', 'change-3', 'specialist', NULL, 'mail', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-11-29 21:07:58.911524+00', '2026-11-29 21:07:59.200608+00', NULL, 'specialists@kopeyka.example', 'Проверьте заявление на возврат по счёту № 2026-000133', 'Здравствуйте!
Клиент подписал заявление на возврат по счёту № 2026-000133.
Проверьте заявление: примите его или верните с замечаниями.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('369eba63-a6ab-511f-9d86-0d79cc4348ff', 49, 'refund-2026-000133-1', 'change-4', 'client', 'vector', 'mail', 'refund_paying', '{"way": "account", "reason": "paid_by_transfer", "service": null, "until_at": "2026-12-08T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-12-01 07:01:00.11394+00', '2026-11-29 21:07:59.210257+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: проводим выплату', 'Здравствуйте!
Мы начали выплату: деньги уйдут на счёт по реквизитам из вашего заявления. Отозвать заявку теперь уже нельзя.
Как только платёж пройдёт, мы сообщим вам его дату и день, до которого поступят средства.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('5484c01e-f785-5bcb-a7e9-3b03429db085', 52, 'refund-2026-000133-1', 'change-5', 'client', 'vector', 'inbox', 'refund_completed', '{"way": "account", "service": null, "until_at": "2026-12-15T21:00:00+00:00", "credit_by_on": "2026-12-15", "amount_kopecks": 4615890, "invoice_number": "2026-000133", "payment_date_on": "2026-12-01"}', 'sent', 0, NULL, NULL, '2026-12-01 07:01:00.721431+00', '2026-12-01 07:01:00.721431+00', NULL, NULL, NULL, NULL),
	('6215eddd-4c2f-5854-bea7-948c0cc85cf0', 51, 'refund-2026-000133-1', 'change-5', 'client', 'vector', 'mail', 'refund_completed', '{"way": "account", "service": null, "until_at": "2026-12-15T21:00:00+00:00", "credit_by_on": "2026-12-15", "amount_kopecks": 4615890, "invoice_number": "2026-000133", "payment_date_on": "2026-12-01"}', 'sent', 1, NULL, NULL, '2026-12-01 07:01:00.721431+00', '2026-11-29 21:07:59.975936+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: завершено, деньги отправлены', 'Здравствуйте!
Мы перечислили вам деньги на счёт по реквизитам из вашего заявления:
    46 158,90 ₽
Дата платежа — 01.12.2026. Средства поступят до 15.12.2026: срок зависит от вашего банка.
Если к этому дню деньги не придут, сообщите нам, пожалуйста: мы проверим платёж.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('5f30d16c-d8a0-51bc-b106-9e5bc51bac6d', 54, 'refund-2026-000133-1', 'change-6', 'client', 'vector', 'inbox', 'refund_new_requisites_needed', '{"service": null, "until_at": "2027-01-03T17:01:00.213346+00:00", "payout_reason": "account_closed", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-12-04 17:01:00.213346+00', '2026-12-04 17:01:00.213346+00', NULL, NULL, NULL, NULL),
	('98f62ca2-6df7-517b-b1bc-b941e1d9a901', 57, 'refund-2026-000133-1', 'change-7', 'client', 'vector', 'inbox', 'refund_under_review', '{"service": null, "until_at": "2026-12-11T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-12-04 17:01:00.77384+00', '2026-12-04 17:01:00.77384+00', NULL, NULL, NULL, NULL),
	('b60504b8-0ea2-5c40-8e42-28b3ca54e8bb', 59, 'refund-2026-000133-1', 'change-7', 'specialist', NULL, 'inbox', 'staff_review_needed', '{"service": null, "until_at": "2026-12-11T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-12-04 17:01:00.77384+00', '2026-12-04 17:01:00.77384+00', NULL, NULL, NULL, NULL),
	('bb9f624e-1ef6-587f-9742-869b0d8cb94b', 72, 'refund-2026-000138-1', 'change-3', 'specialist', NULL, 'inbox', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:02.113623+00', '2026-11-29 21:08:02.113623+00', NULL, NULL, NULL, NULL),
	('6ffab760-ccda-5f3a-9abc-f098a086b805', 90, 'renewal-kompas-romashka-2026-12-29', 'change-5', 'client', 'romashka', 'inbox', 'renewal_renewed', '{"ends_on": "2027-12-29", "starts_on": "2026-12-30", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 0}', 'sent', 0, NULL, NULL, '2026-12-29 21:00:00.141634+00', '2026-12-29 21:00:00.141634+00', NULL, NULL, NULL, NULL),
	('6611de00-8784-5712-b9b6-9f5d8db73528', 56, 'refund-2026-000133-1', 'change-7', 'client', 'vector', 'mail', 'refund_under_review', '{"service": null, "until_at": "2026-12-11T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-12-04 17:01:00.77384+00', '2026-11-29 21:08:00.92633+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: заявление получено', 'Здравствуйте!
Мы получили ваше подписанное заявление. Сейчас его проверяет специалист.
О результате мы напишем. Пока от вас ничего не требуется.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('3018b66b-a52f-5e79-96ca-a80b2b0629db', 58, 'refund-2026-000133-1', 'change-7', 'specialist', NULL, 'mail', 'staff_review_needed', '{"service": null, "until_at": "2026-12-11T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-12-04 17:01:00.77384+00', '2026-11-29 21:08:00.941471+00', NULL, 'specialists@kopeyka.example', 'Проверьте заявление на возврат по счёту № 2026-000133', 'Здравствуйте!
Клиент подписал заявление на возврат по счёту № 2026-000133.
Проверьте заявление: примите его или верните с замечаниями.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('c9164040-011a-5394-9f2a-10df9ca19c04', 60, 'refund-2026-000133-1', 'change-8', 'client', 'vector', 'mail', 'refund_paying', '{"way": "account", "reason": "paid_by_transfer", "service": null, "until_at": "2026-12-14T21:00:00+00:00", "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-12-07 07:01:00.110765+00', '2026-11-29 21:08:00.954245+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: проводим выплату', 'Здравствуйте!
Мы начали выплату: деньги уйдут на счёт по реквизитам из вашего заявления. Отозвать заявку теперь уже нельзя.
Как только платёж пройдёт, мы сообщим вам его дату и день, до которого поступят средства.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('4733b029-d462-5437-898b-728558dd2fb2', 63, 'refund-2026-000133-1', 'change-9', 'client', 'vector', 'inbox', 'refund_completed', '{"way": "account", "service": null, "until_at": "2026-12-21T21:00:00+00:00", "credit_by_on": "2026-12-21", "amount_kopecks": 4615890, "invoice_number": "2026-000133", "payment_date_on": "2026-12-07"}', 'sent', 0, NULL, NULL, '2026-12-07 07:01:00.645202+00', '2026-12-07 07:01:00.645202+00', NULL, NULL, NULL, NULL),
	('1f95ad1f-0f86-5d2b-aec5-f57cddbf5b39', 65, 'refund-2026-000133-1', 'change-10', 'client', 'vector', 'inbox', 'refund_credited', '{"service": null, "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 0, NULL, NULL, '2026-12-21 21:00:00.028967+00', '2026-12-21 21:00:00.028967+00', NULL, NULL, NULL, NULL),
	('dbdbba8e-293a-57ab-b28d-2c1c8426eca1', 62, 'refund-2026-000133-1', 'change-9', 'client', 'vector', 'mail', 'refund_completed', '{"way": "account", "service": null, "until_at": "2026-12-21T21:00:00+00:00", "credit_by_on": "2026-12-21", "amount_kopecks": 4615890, "invoice_number": "2026-000133", "payment_date_on": "2026-12-07"}', 'sent', 1, NULL, NULL, '2026-12-07 07:01:00.645202+00', '2026-11-29 21:08:01.618569+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: завершено, деньги отправлены', 'Здравствуйте!
Мы перечислили вам деньги на счёт по реквизитам из вашего заявления:
    46 158,90 ₽
Дата платежа — 07.12.2026. Средства поступят до 21.12.2026: срок зависит от вашего банка.
Если к этому дню деньги не придут, сообщите нам, пожалуйста: мы проверим платёж.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('3a06573d-21cf-5b47-91dd-412c7f990169', 64, 'refund-2026-000133-1', 'change-10', 'client', 'vector', 'mail', 'refund_credited', '{"service": null, "amount_kopecks": 4615890, "invoice_number": "2026-000133"}', 'sent', 1, NULL, NULL, '2026-12-21 21:00:00.028967+00', '2026-11-29 21:08:01.628578+00', NULL, 'office@vector.example', 'Возврат по счёту № 2026-000133: как всё прошло?', 'Здравствуйте!
Возврат закончен: деньги уже должны быть у вас.
Оцените, пожалуйста, от 1 до 5, как всё прошло, и напишите пару слов, если хочется. Ваш отзыв помогает нам возвращать деньги быстрее.
Если деньги так и не пришли, сообщите нам об этом: мы проверим платёж.
Заявка: refund-2026-000133-1
Счёт: 2026-000133
Клиент: ООО «Вектор-Логистика»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('3ff91f51-a831-5d5a-a6b1-4e45c9ec5baf', 67, 'refund-2026-000138-1', 'change-2', 'client', 'solovyov', 'inbox', 'refund_awaiting_statement', '{"service": null, "until_at": "2026-12-29T21:08:01.730654+00:00", "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:01.730654+00', '2026-11-29 21:08:01.730654+00', NULL, NULL, NULL, NULL),
	('ae483dd3-5a7f-5f82-9f06-a87ab83047fd', 66, 'refund-2026-000138-1', 'change-2', 'client', 'solovyov', 'mail', 'refund_awaiting_statement', '{"service": null, "until_at": "2026-12-29T21:08:01.730654+00:00", "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:01.730654+00', '2026-11-29 21:08:02.020333+00', NULL, 'petr@solovyov.example', 'Возврат по счёту № 2026-000138: заполните заявление', 'Здравствуйте!
Мы рассчитали сумму, которую вернём вам:
    7 200,00 ₽
Осталось заполнить заявление: укажите реквизиты, проверьте данные и подпишите его. Мы ждём заявление до 30.12.2026 00:08 (МСК).
Заполнить заявление:
http://127.0.0.1:8002/v1/refunds/refund-2026-000138-1
Если заявление не поступит в срок, заявка будет закрыта, и возврат нужно будет оформить заново.
Заявка: refund-2026-000138-1
Счёт: 2026-000138
Клиент: Соловьёв Пётр Алексеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('3d4403f7-2257-52fb-8303-394ab4da94b5', 70, 'refund-2026-000138-1', 'change-3', 'client', 'solovyov', 'inbox', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:02.113623+00', '2026-11-29 21:08:02.113623+00', NULL, NULL, NULL, NULL),
	('a89382fb-dcf8-5877-a02a-809c988e01f7', 74, 'refund-2026-000138-1', 'change-4', 'client', 'solovyov', 'inbox', 'refund_paying', '{"way": "card", "reason": "paid_this_way", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:02.19018+00', '2026-11-29 21:08:02.19018+00', NULL, NULL, NULL, NULL),
	('3681ad4f-c3b2-5aff-9a9a-eebb164293c3', 69, 'refund-2026-000138-1', 'change-3', 'client', 'solovyov', 'mail', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:02.113623+00', '2026-11-29 21:08:02.393517+00', NULL, 'petr@solovyov.example', 'Возврат по счёту № 2026-000138: заявление получено', 'Здравствуйте!
Мы получили ваше подписанное заявление. Сейчас его проверяет специалист.
О результате мы напишем. Пока от вас ничего не требуется.
Заявка: refund-2026-000138-1
Счёт: 2026-000138
Клиент: Соловьёв Пётр Алексеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('89c91663-df9b-5359-8fa0-c7e9a21f64df', 71, 'refund-2026-000138-1', 'change-3', 'specialist', NULL, 'mail', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:02.113623+00', '2026-11-29 21:08:02.403432+00', NULL, 'specialists@kopeyka.example', 'Проверьте заявление на возврат по счёту № 2026-000138', 'Здравствуйте!
Клиент подписал заявление на возврат по счёту № 2026-000138.
Проверьте заявление: примите его или верните с замечаниями.
Заявка: refund-2026-000138-1
Счёт: 2026-000138
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('554734b7-8add-5755-b701-4cb69f97b291', 80, 'renewal-kompas-romashka-2026-12-29', 'reminder-2026-12-15T07:00:00+00:00', 'client', 'romashka', 'inbox', 'renewal_soon', '{"until_at": "2026-12-29T21:00:00+00:00", "subscription": "Компас"}', 'sent', 0, NULL, NULL, '2026-12-15 07:00:00.213446+00', '2026-12-15 07:00:00.213446+00', NULL, NULL, NULL, NULL),
	('c15c9850-2ea1-5ccc-a22c-3ac9a9439700', 79, 'renewal-kompas-romashka-2026-12-29', 'reminder-2026-12-15T07:00:00+00:00', 'client', 'romashka', 'mail', 'renewal_soon', '{"until_at": "2026-12-29T21:00:00+00:00", "subscription": "Компас"}', 'sent', 1, NULL, NULL, '2026-12-15 07:00:00.213446+00', '2026-11-29 21:08:07.618943+00', NULL, 'buh@romashka.example', 'Подписка «Компас» скоро закончится', 'Здравствуйте!
Подписка «Компас» действует до 29.12.2026 24:00 (МСК). Продлить её или выбрать другой тариф можно заранее: новый срок начнётся, когда закончится нынешний.
Продлить:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-romashka-2026-12-29
Заявка: renewal-kompas-romashka-2026-12-29
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('78db3264-af9c-5a59-87bc-b566c90f13d9', 82, 'renewal-kompas-romashka-2026-12-29', 'change-2', 'client', 'romashka', 'inbox', 'renewal_ordered', '{"until_at": "2026-12-29T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 3660000}', 'sent', 0, NULL, NULL, '2026-12-15 07:02:00.662346+00', '2026-12-15 07:02:00.662346+00', NULL, NULL, NULL, NULL),
	('26d15d87-53f3-539c-9013-dab88d1a7567', 81, 'renewal-kompas-romashka-2026-12-29', 'change-2', 'client', 'romashka', 'mail', 'renewal_ordered', '{"until_at": "2026-12-29T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 3660000}', 'sent', 1, NULL, NULL, '2026-12-15 07:02:00.662346+00', '2026-11-29 21:08:08.444706+00', NULL, 'buh@romashka.example', 'Счёт № KP-2026-000001 за подписку «Компас»', 'Здравствуйте!
Заказ принят. Счёт № KP-2026-000001 за подписку «Компас» выставлен на сумму
    36 600,00 ₽
Счёт приложен к письму, срок оплаты указан в нём; заказ остаётся открытым до 29.12.2026 24:00 (МСК). Через банк деньги идут к нам несколько дней.
Открыть счёт:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-romashka-2026-12-29
Заявка: renewal-kompas-romashka-2026-12-29
Счёт: KP-2026-000001
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('8c2ba4ad-6b0e-54d1-8562-10d40e80eb7d', 87, 'renewal-kompas-romashka-2026-12-29', 'change-4', 'client', 'romashka', 'mail', 'renewal_paid', '{"ends_on": "2027-12-29", "starts_on": "2026-12-30", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 0}', 'sent', 1, NULL, NULL, '2026-12-21 17:01:00.527933+00', '2026-11-29 21:08:09.710637+00', NULL, 'buh@romashka.example', 'Подписка «Компас» оплачена', 'Здравствуйте!
Счёт № KP-2026-000001 оплачен полностью. Подписка «Компас» оплачена с 30.12.2026 по 29.12.2027.
Открыть подписку:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-romashka-2026-12-29
Заявка: renewal-kompas-romashka-2026-12-29
Счёт: KP-2026-000001
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('2cc8879f-5456-502b-bccb-c62fb2389a74', 89, 'renewal-kompas-romashka-2026-12-29', 'change-5', 'client', 'romashka', 'mail', 'renewal_renewed', '{"ends_on": "2027-12-29", "starts_on": "2026-12-30", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 0}', 'sent', 1, NULL, NULL, '2026-12-29 21:00:00.141634+00', '2026-11-29 21:08:10.409985+00', NULL, 'buh@romashka.example', 'Подписка «Компас» продлена', 'Здравствуйте!
Начался новый срок подписки «Компас»: с 30.12.2026 по 29.12.2027.
Открыть подписку:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-romashka-2026-12-29
Заявка: renewal-kompas-romashka-2026-12-29
Счёт: KP-2026-000001
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('a6d6475f-ed2a-54bf-95c3-946506774664', 73, 'refund-2026-000138-1', 'change-4', 'client', 'solovyov', 'mail', 'refund_paying', '{"way": "card", "reason": "paid_this_way", "service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:02.19018+00', '2026-11-29 21:08:02.412414+00', NULL, 'petr@solovyov.example', 'Возврат по счёту № 2026-000138: проводим выплату', 'Здравствуйте!
Мы начали выплату: деньги уйдут на банковскую карту, с которой вы оплатили счёт. Отозвать заявку теперь уже нельзя.
Как только платёж пройдёт, мы сообщим вам его дату и день, до которого поступят средства.
Заявка: refund-2026-000138-1
Счёт: 2026-000138
Клиент: Соловьёв Пётр Алексеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('6bbb81bb-7f8f-5f2e-9728-e7cc39369907', 76, 'refund-2026-000138-1', 'change-5', 'client', 'solovyov', 'inbox', 'refund_completed', '{"way": "card", "service": null, "until_at": "2026-12-14T21:00:00+00:00", "credit_by_on": "2026-12-14", "amount_kopecks": 720000, "invoice_number": "2026-000138", "payment_date_on": "2026-11-30"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:06.457146+00', '2026-11-29 21:08:06.457146+00', NULL, NULL, NULL, NULL),
	('754c4c29-b065-53f6-9638-dd813ac847d1', 78, 'refund-2026-000138-1', 'change-6', 'client', 'solovyov', 'inbox', 'refund_credited', '{"service": null, "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 0, NULL, NULL, '2026-12-14 21:00:00.059254+00', '2026-12-14 21:00:00.059254+00', NULL, NULL, NULL, NULL),
	('7025f2d8-03a8-53fe-8ee6-f1dc5a50fea4', 75, 'refund-2026-000138-1', 'change-5', 'client', 'solovyov', 'mail', 'refund_completed', '{"way": "card", "service": null, "until_at": "2026-12-14T21:00:00+00:00", "credit_by_on": "2026-12-14", "amount_kopecks": 720000, "invoice_number": "2026-000138", "payment_date_on": "2026-11-30"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:06.457146+00', '2026-11-29 21:08:06.751947+00', NULL, 'petr@solovyov.example', 'Возврат по счёту № 2026-000138: завершено, деньги отправлены', 'Здравствуйте!
Мы перечислили вам деньги на банковскую карту, с которой вы оплатили счёт:
    7 200,00 ₽
Дата платежа — 30.11.2026. Средства поступят до 14.12.2026: срок зависит от вашего банка.
Если к этому дню деньги не придут, сообщите нам, пожалуйста: мы проверим платёж.
Заявка: refund-2026-000138-1
Счёт: 2026-000138
Клиент: Соловьёв Пётр Алексеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('a38f328a-f7f0-5c71-b0a8-b447b14e8b24', 77, 'refund-2026-000138-1', 'change-6', 'client', 'solovyov', 'mail', 'refund_credited', '{"service": null, "amount_kopecks": 720000, "invoice_number": "2026-000138"}', 'sent', 1, NULL, NULL, '2026-12-14 21:00:00.059254+00', '2026-11-29 21:08:06.762359+00', NULL, 'petr@solovyov.example', 'Возврат по счёту № 2026-000138: как всё прошло?', 'Здравствуйте!
Возврат закончен: деньги уже должны быть у вас.
Оцените, пожалуйста, от 1 до 5, как всё прошло, и напишите пару слов, если хочется. Ваш отзыв помогает нам возвращать деньги быстрее.
Если деньги так и не пришли, сообщите нам об этом: мы проверим платёж.
Заявка: refund-2026-000138-1
Счёт: 2026-000138
Клиент: Соловьёв Пётр Алексеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('ae7147b5-0cf2-5eed-bb61-dc42effab8eb', 84, 'renewal-kompas-romashka-2026-12-29', 'change-3', 'client', 'romashka', 'inbox', 'renewal_claimed', '{"until_at": "2026-12-29T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 3660000}', 'sent', 0, NULL, NULL, '2026-12-15 07:02:01.381382+00', '2026-12-15 07:02:01.381382+00', NULL, NULL, NULL, NULL),
	('345878b7-50d0-5cfc-96bb-e2fa1489d5e4', 86, 'renewal-kompas-romashka-2026-12-29', 'change-3', 'accountant', NULL, 'inbox', 'staff_payment_claimed', '{"until_at": "2026-12-29T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 3660000}', 'sent', 0, NULL, NULL, '2026-12-15 07:02:01.381382+00', '2026-12-15 07:02:01.381382+00', NULL, NULL, NULL, NULL),
	('b27a53ed-afcd-5748-a60c-b04f16ec83a8', 83, 'renewal-kompas-romashka-2026-12-29', 'change-3', 'client', 'romashka', 'mail', 'renewal_claimed', '{"until_at": "2026-12-29T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 3660000}', 'sent', 1, NULL, NULL, '2026-12-15 07:02:01.381382+00', '2026-11-29 21:08:09.045944+00', NULL, 'buh@romashka.example', 'Счёт № KP-2026-000001: ждём платёж от банка', 'Здравствуйте!
Спасибо, мы записали, что платёж по счёту № KP-2026-000001 в пути. Пока банк его проводит, напоминать не будем.
Открыть заказ:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-romashka-2026-12-29
Заявка: renewal-kompas-romashka-2026-12-29
Счёт: KP-2026-000001
Клиент: ООО «Ромашка»
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('3c32c076-cfcb-52dc-951a-d37b903123fa', 85, 'renewal-kompas-romashka-2026-12-29', 'change-3', 'accountant', NULL, 'mail', 'staff_payment_claimed', '{"until_at": "2026-12-29T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 3660000}', 'sent', 1, NULL, NULL, '2026-12-15 07:02:01.381382+00', '2026-11-29 21:08:09.062672+00', NULL, 'accounting@kopeyka.example', 'Счёт № KP-2026-000001: клиент говорит, что оплатил', 'Здравствуйте!
Клиент сообщил, что оплатил счёт № KP-2026-000001 на сумму 36 600,00 ₽. Ждём деньги в выписке; если они не находятся, загляните в очередь неразобранных поступлений.
Открыть заказ:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-romashka-2026-12-29
Заявка: renewal-kompas-romashka-2026-12-29
Счёт: KP-2026-000001
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('9ee73bfc-3efc-5aa2-9006-fe007891530e', 88, 'renewal-kompas-romashka-2026-12-29', 'change-4', 'client', 'romashka', 'inbox', 'renewal_paid', '{"ends_on": "2027-12-29", "starts_on": "2026-12-30", "subscription": "Компас", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001", "balance_kopecks": 0}', 'sent', 0, NULL, NULL, '2026-12-21 17:01:00.527933+00', '2026-12-21 17:01:00.527933+00', NULL, NULL, NULL, NULL),
	('bc4d9f1a-2464-57e0-838d-e49902be2b3d', 94, 'renewal-kompas-belov-2026-12-02', 'reminder-2026-12-01T07:00:00+00:00', 'client', 'belov', 'inbox', 'renewal_payment_reminder', '{"until_at": "2026-12-02T21:00:00+00:00", "subscription": "Компас", "invoice_number": "KP-2026-000002", "balance_kopecks": 1464000}', 'sent', 0, NULL, NULL, '2026-12-01 07:00:00.057323+00', '2026-12-01 07:00:00.057323+00', NULL, NULL, NULL, NULL),
	('eb256f32-6f1d-5021-abf8-2923ee3c8bbf', 92, 'renewal-kompas-belov-2026-12-02', 'change-2', 'client', 'belov', 'inbox', 'renewal_ordered', '{"until_at": "2026-12-02T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 1464000}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:10.871775+00', '2026-11-29 21:08:10.871775+00', NULL, NULL, NULL, NULL),
	('3c6b1dfc-2c4c-5ed6-bde4-82705cfd4dbb', 91, 'renewal-kompas-belov-2026-12-02', 'change-2', 'client', 'belov', 'mail', 'renewal_ordered', '{"until_at": "2026-12-02T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 1464000}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:10.871775+00', '2026-11-29 21:08:11.248532+00', NULL, 'anton@belov.example', 'Счёт № KP-2026-000002 за подписку «Компас»', 'Здравствуйте!
Заказ принят. Счёт № KP-2026-000002 за подписку «Компас» выставлен на сумму
    14 640,00 ₽
Счёт приложен к письму, срок оплаты указан в нём; заказ остаётся открытым до 02.12.2026 24:00 (МСК). Через банк деньги идут к нам несколько дней.
Открыть счёт:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-belov-2026-12-02
Заявка: renewal-kompas-belov-2026-12-02
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('95d15997-b75a-57fa-b2aa-72e008c656d9', 96, 'renewal-kompas-belov-2026-12-02', 'change-3', 'accountant', NULL, 'inbox', 'staff_statement_needed', '{"until_at": "2026-12-04T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 1464000}', 'sent', 0, NULL, NULL, '2026-12-02 21:00:00.298541+00', '2026-12-02 21:00:00.298541+00', NULL, NULL, NULL, NULL),
	('60ac62ad-eb17-53f2-bdd9-5ccb2d6530a7', 98, 'renewal-kompas-belov-2026-12-02', 'change-4', 'client', 'belov', 'inbox', 'renewal_lapsed', '{"until_at": "2026-12-16T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 1464000}', 'sent', 0, NULL, NULL, '2026-12-04 21:00:00.086783+00', '2026-12-04 21:00:00.086783+00', NULL, NULL, NULL, NULL),
	('0939cf48-3ad7-5eca-b3c0-ffdefe3a25ad', 95, 'renewal-kompas-belov-2026-12-02', 'change-3', 'accountant', NULL, 'mail', 'staff_statement_needed', '{"until_at": "2026-12-04T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 1464000}', 'sent', 1, NULL, NULL, '2026-12-02 21:00:00.298541+00', '2026-11-29 21:08:11.617616+00', NULL, 'accounting@kopeyka.example', 'Счёт № KP-2026-000002: нужна свежая выписка банка', 'Здравствуйте!
Срок оплаты счёта № KP-2026-000002 вышел, денег в выписках нет. Загрузите свежую выписку банка до 04.12.2026 24:00 (МСК): после этого подписка «Компас» считается неоплаченной.
Открыть заказ:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-belov-2026-12-02
Заявка: renewal-kompas-belov-2026-12-02
Счёт: KP-2026-000002
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('059fe616-0e94-5f31-b755-5c342ffc26d3', 97, 'renewal-kompas-belov-2026-12-02', 'change-4', 'client', 'belov', 'mail', 'renewal_lapsed', '{"until_at": "2026-12-16T21:00:00+00:00", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 1464000}', 'sent', 1, NULL, NULL, '2026-12-04 21:00:00.086783+00', '2026-11-29 21:08:11.636389+00', NULL, 'anton@belov.example', 'Подписка «Компас» истекла', 'Здравствуйте!
Срок подписки «Компас» истёк. Сервис ещё работает до 16.12.2026 24:00 (МСК): успейте продлить её, и перерыва не будет.
Продлить:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-belov-2026-12-02
Заявка: renewal-kompas-belov-2026-12-02
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('7a52d384-13c2-5b5f-abf6-a38b4356adfd', 104, 'renewal-kompas-belov-2026-12-02', 'change-6', 'client', 'belov', 'inbox', 'renewal_renewed', '{"ends_on": "2027-12-02", "starts_on": "2026-12-03", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 0}', 'sent', 0, NULL, NULL, '2026-12-07 17:01:00.795563+00', '2026-12-07 17:01:00.795563+00', NULL, NULL, NULL, NULL),
	('21a81a39-947b-544d-b92f-ff27955512b0', 93, 'renewal-kompas-belov-2026-12-02', 'reminder-2026-12-01T07:00:00+00:00', 'client', 'belov', 'mail', 'renewal_payment_reminder', '{"until_at": "2026-12-02T21:00:00+00:00", "subscription": "Компас", "invoice_number": "KP-2026-000002", "balance_kopecks": 1464000}', 'sent', 1, NULL, NULL, '2026-12-01 07:00:00.057323+00', '2026-11-29 21:08:11.276273+00', NULL, 'anton@belov.example', 'Счёт № KP-2026-000002 ждёт оплаты', 'Здравствуйте!
Счёт № KP-2026-000002 за подписку «Компас» ещё не оплачен. К оплате:
    14 640,00 ₽
Срок — до 02.12.2026 24:00 (МСК). Если деньги уже отправлены, сообщите об этом — и мы не будем напоминать.
Открыть заказ:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-belov-2026-12-02
Заявка: renewal-kompas-belov-2026-12-02
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('8190edf6-8244-55c4-ba87-44798e2845d3', 100, NULL, 'surplus-KP-2026-000002-1', 'client', 'belov', 'inbox', 'money_surplus_held', '{"amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:12.550725+00', '2026-11-29 21:08:12.550725+00', NULL, NULL, NULL, NULL),
	('9cfcd768-e0ab-5821-9c20-d1b12852920e', 102, 'renewal-kompas-belov-2026-12-02', 'change-5', 'client', 'belov', 'inbox', 'renewal_paid', '{"ends_on": "2027-12-02", "starts_on": "2026-12-03", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 0}', 'sent', 0, NULL, NULL, '2026-12-07 17:01:00.781616+00', '2026-12-07 17:01:00.781616+00', NULL, NULL, NULL, NULL),
	('fe9f5973-863c-5b6f-9b89-4f259934d634', 99, NULL, 'surplus-KP-2026-000002-1', 'client', 'belov', 'mail', 'money_surplus_held', '{"amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:12.550725+00', '2026-11-29 21:08:12.840335+00', NULL, 'anton@belov.example', 'По счёту № KP-2026-000002 поступило больше, чем нужно', 'Здравствуйте!
По счёту № KP-2026-000002 поступило на 5 000,00 ₽ больше, чем нужно: счёт уже оплачен или аннулирован. Деньги мы сохраним.
Вернём их по вашему заявлению: попросите о возврате излишка по этому счёту.
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('cab15508-783a-50e5-b80a-c2c622a93dd6', 101, 'renewal-kompas-belov-2026-12-02', 'change-5', 'client', 'belov', 'mail', 'renewal_paid', '{"ends_on": "2027-12-02", "starts_on": "2026-12-03", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 0}', 'sent', 1, NULL, NULL, '2026-12-07 17:01:00.781616+00', '2026-11-29 21:08:12.840335+00', NULL, 'anton@belov.example', 'Подписка «Компас» оплачена', 'Здравствуйте!
Счёт № KP-2026-000002 оплачен полностью. Подписка «Компас» оплачена с 03.12.2026 по 02.12.2027.
Открыть подписку:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-belov-2026-12-02
Заявка: renewal-kompas-belov-2026-12-02
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('1294db05-f5cb-5282-a780-c7c5bfbfd8ff', 103, 'renewal-kompas-belov-2026-12-02', 'change-6', 'client', 'belov', 'mail', 'renewal_renewed', '{"ends_on": "2027-12-02", "starts_on": "2026-12-03", "subscription": "Компас", "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002", "balance_kopecks": 0}', 'sent', 1, NULL, NULL, '2026-12-07 17:01:00.795563+00', '2026-11-29 21:08:12.862253+00', NULL, 'anton@belov.example', 'Подписка «Компас» продлена', 'Здравствуйте!
Начался новый срок подписки «Компас»: с 03.12.2026 по 02.12.2027.
Открыть подписку:
http://127.0.0.1:8002/v1/renewals/renewal-kompas-belov-2026-12-02
Заявка: renewal-kompas-belov-2026-12-02
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('518d8f4c-c9b1-5dfe-a87a-f27e9fdc1857', 106, 'refund-KP-2026-000002-1', 'change-2', 'client', 'belov', 'inbox', 'refund_awaiting_statement', '{"service": null, "until_at": "2026-12-29T21:08:13.082530+00:00", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:13.08253+00', '2026-11-29 21:08:13.08253+00', NULL, NULL, NULL, NULL),
	('40afbacb-9e85-5bd0-8dbf-1ce3ed1ea92b', 116, 'refund-KP-2026-000002-1', 'change-6', 'client', 'belov', 'mail', 'refund_credited', '{"service": null, "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 1, NULL, NULL, '2026-12-15 21:00:00.047881+00', '2026-11-29 21:08:15.109547+00', NULL, 'anton@belov.example', 'Возврат по счёту № KP-2026-000002: как всё прошло?', 'Здравствуйте!
Возврат закончен: деньги уже должны быть у вас.
Оцените, пожалуйста, от 1 до 5, как всё прошло, и напишите пару слов, если хочется. Ваш отзыв помогает нам возвращать деньги быстрее.
Если деньги так и не пришли, сообщите нам об этом: мы проверим платёж.
Заявка: refund-KP-2026-000002-1
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('038210ac-81a9-5f78-a3af-c57cbbba5dbb', 105, 'refund-KP-2026-000002-1', 'change-2', 'client', 'belov', 'mail', 'refund_awaiting_statement', '{"service": null, "until_at": "2026-12-29T21:08:13.082530+00:00", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:13.08253+00', '2026-11-29 21:08:13.39058+00', NULL, 'anton@belov.example', 'Возврат по счёту № KP-2026-000002: заполните заявление', 'Здравствуйте!
Мы рассчитали сумму, которую вернём вам:
    5 000,00 ₽
Осталось заполнить заявление: укажите реквизиты, проверьте данные и подпишите его. Мы ждём заявление до 30.12.2026 00:08 (МСК).
Заполнить заявление:
http://127.0.0.1:8002/v1/refunds/refund-KP-2026-000002-1
Если заявление не поступит в срок, заявка будет закрыта, и возврат нужно будет оформить заново.
Заявка: refund-KP-2026-000002-1
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('80105f75-a1c8-51ee-b28b-521386507cd5', 109, 'refund-KP-2026-000002-1', 'change-3', 'client', 'belov', 'inbox', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:13.586349+00', '2026-11-29 21:08:13.586349+00', NULL, NULL, NULL, NULL),
	('a17018e0-9ec6-577f-bf19-7c560f9fa716', 111, 'refund-KP-2026-000002-1', 'change-3', 'specialist', NULL, 'inbox', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 0, NULL, NULL, '2026-11-29 21:08:13.586349+00', '2026-11-29 21:08:13.586349+00', NULL, NULL, NULL, NULL),
	('14f4d415-1e7a-5120-bd64-56af924ad63b', 108, 'refund-KP-2026-000002-1', 'change-3', 'client', 'belov', 'mail', 'refund_under_review', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:13.586349+00', '2026-11-29 21:08:13.901952+00', NULL, 'anton@belov.example', 'Возврат по счёту № KP-2026-000002: заявление получено', 'Здравствуйте!
Мы получили ваше подписанное заявление. Сейчас его проверяет специалист.
О результате мы напишем. Пока от вас ничего не требуется.
Заявка: refund-KP-2026-000002-1
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('334c46c3-b1f1-5afb-99e8-d940e023bf7e', 113, 'refund-KP-2026-000002-1', 'change-4', 'client', 'belov', 'inbox', 'refund_paying', '{"way": "account", "reason": "surplus", "service": null, "until_at": "2026-12-08T21:00:00+00:00", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 0, NULL, NULL, '2026-12-01 07:01:00.183745+00', '2026-12-01 07:01:00.183745+00', NULL, NULL, NULL, NULL),
	('79a06778-4faf-529a-b4a7-9c718a7ecdbc', 110, 'refund-KP-2026-000002-1', 'change-3', 'specialist', NULL, 'mail', 'staff_review_needed', '{"service": null, "until_at": "2026-12-07T21:00:00+00:00", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 1, NULL, NULL, '2026-11-29 21:08:13.586349+00', '2026-11-29 21:08:13.935231+00', NULL, 'specialists@kopeyka.example', 'Проверьте заявление на возврат по счёту № KP-2026-000002', 'Здравствуйте!
Клиент подписал заявление на возврат по счёту № KP-2026-000002.
Проверьте заявление: примите его или верните с замечаниями.
Заявка: refund-KP-2026-000002-1
Счёт: KP-2026-000002
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('70ec4a74-b2cf-531b-a9e5-df327796159a', 112, 'refund-KP-2026-000002-1', 'change-4', 'client', 'belov', 'mail', 'refund_paying', '{"way": "account", "reason": "surplus", "service": null, "until_at": "2026-12-08T21:00:00+00:00", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 1, NULL, NULL, '2026-12-01 07:01:00.183745+00', '2026-11-29 21:08:13.955176+00', NULL, 'anton@belov.example', 'Возврат по счёту № KP-2026-000002: проводим выплату', 'Здравствуйте!
Мы начали выплату: деньги уйдут на счёт по реквизитам из вашего заявления. Отозвать заявку теперь уже нельзя.
Как только платёж пройдёт, мы сообщим вам его дату и день, до которого поступят средства.
Заявка: refund-KP-2026-000002-1
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
'),
	('9be6fa3b-893b-5c6a-a562-7ee973d69ca8', 115, 'refund-KP-2026-000002-1', 'change-5', 'client', 'belov', 'inbox', 'refund_completed', '{"way": "account", "service": null, "until_at": "2026-12-15T21:00:00+00:00", "credit_by_on": "2026-12-15", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002", "payment_date_on": "2026-12-01"}', 'sent', 0, NULL, NULL, '2026-12-01 07:01:01.113436+00', '2026-12-01 07:01:01.113436+00', NULL, NULL, NULL, NULL),
	('72d8999d-ebb0-5ea3-bdeb-7761390cecdc', 117, 'refund-KP-2026-000002-1', 'change-6', 'client', 'belov', 'inbox', 'refund_credited', '{"service": null, "amount_kopecks": 500000, "invoice_number": "KP-2026-000002"}', 'sent', 0, NULL, NULL, '2026-12-15 21:00:00.047881+00', '2026-12-15 21:00:00.047881+00', NULL, NULL, NULL, NULL),
	('30a62634-509b-538b-9e49-df8f80f98db1', 114, 'refund-KP-2026-000002-1', 'change-5', 'client', 'belov', 'mail', 'refund_completed', '{"way": "account", "service": null, "until_at": "2026-12-15T21:00:00+00:00", "credit_by_on": "2026-12-15", "amount_kopecks": 500000, "invoice_number": "KP-2026-000002", "payment_date_on": "2026-12-01"}', 'sent', 1, NULL, NULL, '2026-12-01 07:01:01.113436+00', '2026-11-29 21:08:15.09854+00', NULL, 'anton@belov.example', 'Возврат по счёту № KP-2026-000002: завершено, деньги отправлены', 'Здравствуйте!
Мы перечислили вам деньги на счёт по реквизитам из вашего заявления:
    5 000,00 ₽
Дата платежа — 01.12.2026. Средства поступят до 15.12.2026: срок зависит от вашего банка.
Если к этому дню деньги не придут, сообщите нам, пожалуйста: мы проверим платёж.
Заявка: refund-KP-2026-000002-1
Счёт: KP-2026-000002
Клиент: ИП Белов Антон Сергеевич
ООО «Копейка»
Это письмо отправлено автоматически, отвечать на него не нужно.
');
INSERT INTO public.one_time_codes (id, statement_id, code_hash, channel, address, issued_at, expires_at, attempts, used_at) VALUES
	('2c8d8f1a-4a3a-5cfa-8efd-dab4573a5fc1', 'f7b20fd6-1234-54d4-b2e9-3697a5b99abc', 'fca750df8acc3debb9a05509a3165e6ccac38c0ff8251807a3bf1ffe67663b48', 'mail', 'buh@romashka.example', '2026-11-29 21:07:56.113427+00', '2026-11-29 21:17:56.113427+00', 0, '2026-11-29 21:07:56.394737+00'),
	('e5972aad-071c-5c28-aa4d-81c5ea8d2ccb', '60b460cb-7b43-5486-8e9c-fd09b5a43c86', 'c32c910b4c0a8512bf860336ad5d6bd40082c70c2a7a7a03e53e2922a34f598a', 'mail', 'finance@verfi.example', '2026-11-29 21:07:57.223644+00', '2026-11-29 21:17:57.223644+00', 0, '2026-11-29 21:07:57.40695+00'),
	('4bcf4de7-1c99-523e-a236-4ca5d8c367b8', 'ee8be6e2-52af-549a-b726-ec481634989a', '3a64ffdf65f39a87fbea574b4dfe75439d53cdedd7d10d7d27fabd0893b281f2', 'mail', 'finance@verfi.example', '2026-11-29 21:07:57.591685+00', '2026-11-29 21:17:57.591685+00', 0, '2026-11-29 21:07:57.787184+00'),
	('10dd20b9-d114-5cdf-ac7a-575b6b8dc18b', 'f1657c21-be2c-5c00-a722-d52e782a8340', '20668b8bc32bc0734afb1fd9d58fb4a156f4c58196f322447b18e99db5764d75', 'mail', 'office@vector.example', '2026-11-29 21:07:58.592684+00', '2026-11-29 21:17:58.592684+00', 0, '2026-11-29 21:07:58.907091+00'),
	('c7be2666-303b-5cd9-8a4f-66a784974f7e', 'd38682cb-6ac1-5546-9737-ac3d69db1cef', '646227296c7595b0dc3cc47c3b002ea2f013f499cca89ed46fd29f0b43dfd15d', 'mail', 'office@vector.example', '2026-11-29 21:08:00.379983+00', '2026-11-29 21:18:00.379983+00', 0, '2026-11-29 21:08:00.635208+00'),
	('69bdfc3d-4be7-5de2-aa93-eea3c451f74f', 'ece3b867-7fba-5468-bb2b-63135fcc02ff', '6069d337d1bef4509f07f8dd9d97f44e3293aa958b802086788232a37f247a2c', 'mail', 'petr@solovyov.example', '2026-11-29 21:08:01.891287+00', '2026-11-29 21:18:01.891287+00', 0, '2026-11-29 21:08:02.109134+00'),
	('afe11b34-f20f-5159-9f17-543e37756365', '88774511-0507-55ea-a73a-719ab17172e0', 'b3191959b7b92966a3c9ea5a684956127eaf4cfaf23dfbbb9924be22feb28f57', 'mail', 'anton@belov.example', '2026-11-29 21:08:13.305891+00', '2026-11-29 21:18:13.305891+00', 0, '2026-11-29 21:08:13.580089+00');
INSERT INTO public.own_accounts (account, bic, bank_name, correspondent_account, name, inn, kpp, address, written_by, created_at, updated_at) VALUES
	('40702810700000000417', '044525225', 'ПАО Сбербанк', '30101810400000000225', 'ООО «Копейка»', '7709127779', '770901001', '115035, г. Москва, ул. Садовническая, д. 7, офис 12', 'stack', '2026-11-29 21:07:51.787264+00', '2026-11-29 21:07:51.787264+00');
INSERT INTO public.payment_claims (id, renewal_id, claimed_by, media_type, sha256, content, claimed_at) VALUES
	('25d897c6-a066-5040-ad13-ceb66e74491a', 'renewal-kompas-romashka-2026-12-29', 'romashka', NULL, NULL, NULL, '2026-11-29 21:08:08.733387+00');
INSERT INTO public.payment_runs (id, number, own_account, payer, created_by, created_at, handed_over_by, handed_over_at, dissolved_by, dissolved_at, dissolution_reason) OVERRIDING SYSTEM VALUE VALUES
	('50fe0840-a5e3-5e63-a180-790965ea3622', 1, '40702810700000000417', '{"bic": "044525225", "inn": "7709127779", "kpp": "770901001", "account": "40702810700000000417", "bank_name": "ПАО Сбербанк", "recipient_name": "ООО «Копейка»", "correspondent_account": "30101810400000000225"}', 'p.gromov', '2026-11-29 21:07:59.132982+00', 'p.gromov', '2026-11-29 21:07:59.229325+00', NULL, NULL, NULL),
	('095a2a4b-0396-5b67-a5ae-daf480e64b84', 2, '40702810700000000417', '{"bic": "044525225", "inn": "7709127779", "kpp": "770901001", "account": "40702810700000000417", "bank_name": "ПАО Сбербанк", "recipient_name": "ООО «Копейка»", "correspondent_account": "30101810400000000225"}', 'p.gromov', '2026-11-29 21:08:00.855356+00', 'p.gromov', '2026-11-29 21:08:00.936922+00', NULL, NULL, NULL),
	('a68e8fc7-7c03-583c-8f80-0f948f8bc997', 3, '40702810700000000417', '{"bic": "044525225", "inn": "7709127779", "kpp": "770901001", "account": "40702810700000000417", "bank_name": "ПАО Сбербанк", "recipient_name": "ООО «Копейка»", "correspondent_account": "30101810400000000225"}', 'p.gromov', '2026-11-29 21:08:14.016548+00', 'p.gromov', '2026-11-29 21:08:14.124237+00', NULL, NULL, NULL);
INSERT INTO public.payment_orders (id, run_id, case_id, attempt, channel, number, day, amount_kopecks, purpose, rejected_by, rejected_at, rejection, dissolved_at) VALUES
	('9b304bf4-e767-5540-b793-f1cd70eb4491', '50fe0840-a5e3-5e63-a180-790965ea3622', 'refund-2026-000133-1', 1, 'bank', 1, '2026-11-30', 4615890, 'Возврат по счёту № 2026-000133 от 12.11.2026, заявление от 30.11.2026. НДС не облагается', NULL, NULL, NULL, NULL),
	('c4675f42-8a58-5753-b6c9-ccfe32f14416', '095a2a4b-0396-5b67-a5ae-daf480e64b84', 'refund-2026-000133-1', 2, 'bank', 2, '2026-11-30', 4615890, 'Возврат по счёту № 2026-000133 от 12.11.2026, заявление от 30.11.2026. НДС не облагается', NULL, NULL, NULL, NULL),
	('2c39dd83-b76a-5446-9549-59c31ec1830c', 'a68e8fc7-7c03-583c-8f80-0f948f8bc997', 'refund-KP-2026-000002-1', 1, 'bank', 3, '2026-11-30', 500000, 'Возврат по счёту № KP-2026-000002 от 30.11.2026, заявление от 30.11.2026. НДС не облагается', NULL, NULL, NULL, NULL);
INSERT INTO public.payout_history (case_id, attempt, number, from_status, to_status, at, reason) VALUES
	('refund-2026-000117-1', 1, 1, NULL, 'prepared', '2026-11-29 21:07:56.46731+00', NULL),
	('refund-2026-000117-1', 1, 2, 'prepared', 'paid', '2026-11-29 21:07:56.633314+00', NULL),
	('refund-2026-000121-1', 1, 1, NULL, 'prepared', '2026-11-29 21:07:57.975181+00', NULL),
	('refund-2026-000121-1', 1, 2, 'prepared', 'paid', '2026-11-29 21:07:58.0805+00', NULL),
	('refund-2026-000133-1', 1, 1, NULL, 'prepared', '2026-12-01 07:01:00.11394+00', NULL),
	('refund-2026-000133-1', 1, 2, 'prepared', 'sent', '2026-12-01 07:01:00.336984+00', NULL),
	('refund-2026-000133-1', 1, 3, 'sent', 'paid', '2026-12-01 07:01:00.67505+00', NULL),
	('refund-2026-000133-1', 1, 4, 'paid', 'returned', '2026-12-04 17:01:00.213346+00', 'account_closed'),
	('refund-2026-000133-1', 2, 1, NULL, 'prepared', '2026-12-07 07:01:00.110765+00', NULL),
	('refund-2026-000133-1', 2, 2, 'prepared', 'sent', '2026-12-07 07:01:00.294164+00', NULL),
	('refund-2026-000133-1', 2, 3, 'sent', 'paid', '2026-12-07 07:01:00.603483+00', NULL),
	('refund-2026-000138-1', 1, 1, NULL, 'prepared', '2026-11-29 21:08:02.19018+00', NULL),
	('refund-2026-000138-1', 1, 2, 'prepared', 'unknown', '2026-11-29 21:08:02.285646+00', 'acquirer unavailable: RemoteProtocolError'),
	('refund-2026-000138-1', 1, 3, 'unknown', 'paid', '2026-11-29 21:08:06.368871+00', NULL),
	('refund-KP-2026-000002-1', 1, 1, NULL, 'prepared', '2026-12-01 07:01:00.183745+00', NULL),
	('refund-KP-2026-000002-1', 1, 2, 'prepared', 'sent', '2026-12-01 07:01:00.572867+00', NULL),
	('refund-KP-2026-000002-1', 1, 3, 'sent', 'paid', '2026-12-01 07:01:00.95366+00', NULL);
INSERT INTO public.receipts (id, kind, payment_id, case_id, attempt, amount_kopecks, content, status, acquirer_receipt_id, reason, settled_by, prepared_at, changed_at) VALUES
	('acf519e7-3e25-592f-a47c-ad4ab75758bd', 'refund', 'payment-2026-000117', 'refund-2026-000117-1', 1, 969355, '{"email": "buh@romashka.example", "items": [{"kind": "subscription", "title": "Тариф «Стандарт», год", "rendered": false, "vat_rate": "vat22", "amount_kopecks": 969355}]}', 'prepared', NULL, NULL, NULL, '2026-11-29 21:07:56.554231+00', '2026-11-29 21:07:56.554231+00'),
	('4568ca58-c64d-5b7e-bb5f-b196b00bbe52', 'refund', 'payment-2026-000121', 'refund-2026-000121-1', 1, 21491644, '{"email": "finance@verfi.example", "items": [{"kind": "subscription", "title": "Тариф «Максимальный», 50 мест, год", "rendered": false, "vat_rate": "none", "amount_kopecks": 13362680}, {"kind": "licence", "title": "Лицензия на модуль «Склад», ключ не выдан", "rendered": false, "vat_rate": "none", "amount_kopecks": 4433980}, {"kind": "service", "title": "Внедрение и обучение, 40 часов", "rendered": false, "vat_rate": "vat22", "amount_kopecks": 3694984}]}', 'prepared', NULL, NULL, NULL, '2026-11-29 21:07:58.062058+00', '2026-11-29 21:07:58.062058+00');
INSERT INTO public.refund_history (refund_id, number, from_status, to_status, at, by, reason, submission_id, answer) VALUES
	('refund-2026-000117-1', 1, NULL, 'calculating', '2026-11-29 21:07:56.019569+00', 'romashka', NULL, '56ce89be-da33-5d41-b7f0-d3da901bc5cd', '{"wait": null, "status": "calculating", "attempt": 0, "changes": 1, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 0, "calculated_by": null, "stopped_renewal": null}'),
	('refund-2026-000117-1', 2, 'calculating', 'awaiting_statement', '2026-11-29 21:07:56.019569+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-29T21:07:56.019569Z", "ends_in": "expired", "remind_at": ["2026-12-02T21:07:56.019569Z", "2026-12-09T21:07:56.019569Z", "2026-12-24T21:07:56.019569Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_statement", "attempt": 0, "changes": 2, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 969355, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000117-1', 3, 'awaiting_statement', 'under_review', '2026-11-29 21:07:56.403992+00', 'romashka', NULL, 'c6ba3670-61ba-544a-9894-28116d977ec6', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-01T21:00:00Z", "2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "specialist"}, "status": "under_review", "attempt": 0, "changes": 3, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 969355, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000117-1', 4, 'under_review', 'paying', '2026-11-29 21:07:56.46731+00', 'm.orlova', 'paid_this_way', '6e10c6f0-1be5-574f-ac1c-528ede87c995', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "bank"}, "status": "paying", "attempt": 1, "changes": 4, "channel": "acquirer", "refusal": null, "to_clear": false, "sum_kopecks": 969355, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000117-1', 5, 'paying', 'completed', '2026-11-29 21:07:56.668006+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-14T21:00:00Z", "ends_in": null, "remind_at": [], "escalate_at": null, "waiting_for": "bank"}, "status": "completed", "attempt": 1, "changes": 5, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 969355, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000117-1', 6, 'completed', 'completed', '2026-12-14 21:00:00.024907+00', 'system', NULL, NULL, '{"wait": null, "status": "completed", "attempt": 1, "changes": 6, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 969355, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000121-1', 1, NULL, 'calculating', '2026-11-29 21:07:57.007078+00', 'volga-shipyard', NULL, '47eb7895-e74c-582a-b79a-c5786e7e5a7f', '{"wait": null, "status": "calculating", "attempt": 0, "changes": 1, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 0, "calculated_by": null, "stopped_renewal": null}'),
	('refund-2026-000121-1', 2, 'calculating', 'awaiting_specialist', '2026-11-29 21:07:57.007078+00', 'system', 'mixed', NULL, '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-01T21:00:00Z", "2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "specialist"}, "status": "awaiting_specialist", "attempt": 0, "changes": 2, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 0, "calculated_by": null, "stopped_renewal": null}'),
	('refund-2026-000121-1', 3, 'awaiting_specialist', 'awaiting_statement', '2026-11-29 21:07:57.085894+00', 'm.orlova', 'Тариф — по неиспользованным дням, ключ лицензии не выдан, обучение проведено на 15 часов.', 'bd85745e-878b-54d0-afc4-6d1ee18f7a9f', '{"wait": {"until": "2026-12-29T21:07:57.085894Z", "ends_in": "expired", "remind_at": ["2026-12-02T21:07:57.085894Z", "2026-12-09T21:07:57.085894Z", "2026-12-24T21:07:57.085894Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_statement", "attempt": 0, "changes": 3, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 21491644, "calculated_by": "m.orlova", "stopped_renewal": null}'),
	('refund-2026-000121-1', 4, 'awaiting_statement', 'under_review', '2026-11-29 21:07:57.412501+00', 'volga-shipyard', NULL, '4ce32c83-a3e7-552e-84ac-adced45f7aea', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-01T21:00:00Z", "2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "specialist"}, "status": "under_review", "attempt": 0, "changes": 4, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 21491644, "calculated_by": "m.orlova", "stopped_renewal": null}'),
	('refund-2026-000121-1', 5, 'under_review', 'awaiting_statement', '2026-11-29 21:07:57.467674+00', 'm.orlova', 'Счёт в Волго-Вятском банке закрыт. Укажите, пожалуйста, действующий расчётный счёт.', '34ccc16f-ae46-5daf-b7d2-c043579d54ec', '{"wait": {"until": "2026-12-29T21:07:57.467674Z", "ends_in": "expired", "remind_at": ["2026-12-02T21:07:57.467674Z", "2026-12-09T21:07:57.467674Z", "2026-12-24T21:07:57.467674Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_statement", "attempt": 0, "changes": 5, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 21491644, "calculated_by": "m.orlova", "stopped_renewal": null}'),
	('refund-2026-000121-1', 6, 'awaiting_statement', 'under_review', '2026-11-29 21:07:57.792199+00', 'volga-shipyard', NULL, '627b9df9-07d9-551c-8475-9d031fbab325', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-01T21:00:00Z", "2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "specialist"}, "status": "under_review", "attempt": 0, "changes": 6, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 21491644, "calculated_by": "m.orlova", "stopped_renewal": null}'),
	('refund-2026-000121-1', 7, 'under_review', 'awaiting_approval', '2026-11-29 21:07:57.866713+00', 'm.orlova', 'above_limit', '4bd4ca57-c3db-566c-8f3c-2807644f778e', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-01T21:00:00Z", "2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "accountant"}, "status": "awaiting_approval", "attempt": 0, "changes": 7, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 21491644, "calculated_by": "m.orlova", "stopped_renewal": null}'),
	('refund-2026-000121-1', 8, 'awaiting_approval', 'paying', '2026-11-29 21:07:57.975181+00', 'p.gromov', 'paid_this_way', '7efcb0a4-df7d-5069-9c88-ad72e0639695', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "bank"}, "status": "paying", "attempt": 1, "changes": 8, "channel": "acquirer", "refusal": null, "to_clear": false, "sum_kopecks": 21491644, "calculated_by": "m.orlova", "stopped_renewal": null}'),
	('refund-2026-000121-1', 9, 'paying', 'completed', '2026-11-29 21:07:58.125286+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-14T21:00:00Z", "ends_in": null, "remind_at": [], "escalate_at": null, "waiting_for": "bank"}, "status": "completed", "attempt": 1, "changes": 9, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 21491644, "calculated_by": "m.orlova", "stopped_renewal": null}'),
	('refund-2026-000121-1', 10, 'completed', 'completed', '2026-12-14 21:00:00.028022+00', 'system', NULL, NULL, '{"wait": null, "status": "completed", "attempt": 1, "changes": 10, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 21491644, "calculated_by": "m.orlova", "stopped_renewal": null}'),
	('refund-2026-000133-1', 1, NULL, 'calculating', '2026-11-29 21:07:58.438038+00', 'vector', NULL, '63b2c19f-e1e7-5dd5-bf42-00f5a6ec5cfb', '{"wait": null, "status": "calculating", "attempt": 0, "changes": 1, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 0, "calculated_by": null, "stopped_renewal": null}'),
	('refund-2026-000133-1', 2, 'calculating', 'awaiting_statement', '2026-11-29 21:07:58.438038+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-29T21:07:58.438038Z", "ends_in": "expired", "remind_at": ["2026-12-02T21:07:58.438038Z", "2026-12-09T21:07:58.438038Z", "2026-12-24T21:07:58.438038Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_statement", "attempt": 0, "changes": 2, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000133-1', 3, 'awaiting_statement', 'under_review', '2026-11-29 21:07:58.911524+00', 'vector', NULL, 'b6b9804d-de64-5383-a792-63b4d204daff', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-01T21:00:00Z", "2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "specialist"}, "status": "under_review", "attempt": 0, "changes": 3, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000133-1', 8, 'under_review', 'paying', '2026-12-07 07:01:00.110765+00', 'm.orlova', 'paid_by_transfer', 'de0776fe-7b3b-5ccc-b4af-1503f774147f', '{"wait": {"until": "2026-12-14T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-09T21:00:00Z"], "escalate_at": "2026-12-10T21:00:00Z", "waiting_for": "bank"}, "status": "paying", "attempt": 2, "changes": 8, "channel": "bank", "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000138-1', 4, 'under_review', 'paying', '2026-11-29 21:08:02.19018+00', 'm.orlova', 'paid_this_way', 'd960a16b-5401-58c0-8e9d-51f944e111a7', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "bank"}, "status": "paying", "attempt": 1, "changes": 4, "channel": "acquirer", "refusal": null, "to_clear": false, "sum_kopecks": 720000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000133-1', 4, 'under_review', 'paying', '2026-12-01 07:01:00.11394+00', 'm.orlova', 'paid_by_transfer', 'c8741f43-e53e-5886-876a-d58fec8e8a43', '{"wait": {"until": "2026-12-08T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-03T21:00:00Z"], "escalate_at": "2026-12-04T21:00:00Z", "waiting_for": "bank"}, "status": "paying", "attempt": 1, "changes": 4, "channel": "bank", "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000133-1', 5, 'paying', 'completed', '2026-12-01 07:01:00.721431+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-15T21:00:00Z", "ends_in": null, "remind_at": [], "escalate_at": null, "waiting_for": "bank"}, "status": "completed", "attempt": 1, "changes": 5, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000133-1', 6, 'completed', 'awaiting_statement', '2026-12-04 17:01:00.213346+00', 'system', 'account_closed', NULL, '{"wait": {"until": "2027-01-03T17:01:00.213346Z", "ends_in": "expired", "remind_at": ["2026-12-07T17:01:00.213346Z", "2026-12-14T17:01:00.213346Z", "2026-12-29T17:01:00.213346Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_statement", "attempt": 0, "changes": 6, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000133-1', 7, 'awaiting_statement', 'under_review', '2026-12-04 17:01:00.77384+00', 'vector', NULL, '2a53d29f-8b1b-5404-8834-176a0dda42c5', '{"wait": {"until": "2026-12-11T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-07T21:00:00Z", "2026-12-08T21:00:00Z"], "escalate_at": "2026-12-09T21:00:00Z", "waiting_for": "specialist"}, "status": "under_review", "attempt": 0, "changes": 7, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000133-1', 9, 'paying', 'completed', '2026-12-07 07:01:00.645202+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-21T21:00:00Z", "ends_in": null, "remind_at": [], "escalate_at": null, "waiting_for": "bank"}, "status": "completed", "attempt": 2, "changes": 9, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000133-1', 10, 'completed', 'completed', '2026-12-21 21:00:00.028967+00', 'system', NULL, NULL, '{"wait": null, "status": "completed", "attempt": 2, "changes": 10, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 4615890, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000138-1', 1, NULL, 'calculating', '2026-11-29 21:08:01.730654+00', 'solovyov', NULL, '32e9527e-f8c2-5ab1-bdd7-ab04bb72b3a3', '{"wait": null, "status": "calculating", "attempt": 0, "changes": 1, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 0, "calculated_by": null, "stopped_renewal": null}'),
	('refund-2026-000138-1', 2, 'calculating', 'awaiting_statement', '2026-11-29 21:08:01.730654+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-29T21:08:01.730654Z", "ends_in": "expired", "remind_at": ["2026-12-02T21:08:01.730654Z", "2026-12-09T21:08:01.730654Z", "2026-12-24T21:08:01.730654Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_statement", "attempt": 0, "changes": 2, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 720000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000138-1', 3, 'awaiting_statement', 'under_review', '2026-11-29 21:08:02.113623+00', 'solovyov', NULL, '47afd6e4-43d9-561a-8a40-00571505b7d3', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-01T21:00:00Z", "2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "specialist"}, "status": "under_review", "attempt": 0, "changes": 3, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 720000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000138-1', 5, 'paying', 'completed', '2026-11-29 21:08:06.457146+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-14T21:00:00Z", "ends_in": null, "remind_at": [], "escalate_at": null, "waiting_for": "bank"}, "status": "completed", "attempt": 1, "changes": 5, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 720000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-2026-000138-1', 6, 'completed', 'completed', '2026-12-14 21:00:00.059254+00', 'system', NULL, NULL, '{"wait": null, "status": "completed", "attempt": 1, "changes": 6, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 720000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-KP-2026-000002-1', 1, NULL, 'calculating', '2026-11-29 21:08:13.08253+00', 'belov', NULL, '09b92737-100c-5567-897d-372c4be50c10', '{"wait": null, "status": "calculating", "attempt": 0, "changes": 1, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 0, "calculated_by": null, "stopped_renewal": null}'),
	('refund-KP-2026-000002-1', 2, 'calculating', 'awaiting_statement', '2026-11-29 21:08:13.08253+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-29T21:08:13.082530Z", "ends_in": "expired", "remind_at": ["2026-12-02T21:08:13.082530Z", "2026-12-09T21:08:13.082530Z", "2026-12-24T21:08:13.082530Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_statement", "attempt": 0, "changes": 2, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 500000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-KP-2026-000002-1', 3, 'awaiting_statement', 'under_review', '2026-11-29 21:08:13.586349+00', 'belov', NULL, '4bd5c4c5-d282-593a-a37f-644136e79544', '{"wait": {"until": "2026-12-07T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-01T21:00:00Z", "2026-12-02T21:00:00Z"], "escalate_at": "2026-12-03T21:00:00Z", "waiting_for": "specialist"}, "status": "under_review", "attempt": 0, "changes": 3, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 500000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-KP-2026-000002-1', 4, 'under_review', 'paying', '2026-12-01 07:01:00.183745+00', 'm.orlova', 'surplus', '494273ef-959d-5014-a054-ba216872538e', '{"wait": {"until": "2026-12-08T21:00:00Z", "ends_in": null, "remind_at": ["2026-12-03T21:00:00Z"], "escalate_at": "2026-12-04T21:00:00Z", "waiting_for": "bank"}, "status": "paying", "attempt": 1, "changes": 4, "channel": "bank", "refusal": null, "to_clear": false, "sum_kopecks": 500000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-KP-2026-000002-1', 5, 'paying', 'completed', '2026-12-01 07:01:01.113436+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-15T21:00:00Z", "ends_in": null, "remind_at": [], "escalate_at": null, "waiting_for": "bank"}, "status": "completed", "attempt": 1, "changes": 5, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 500000, "calculated_by": "system", "stopped_renewal": null}'),
	('refund-KP-2026-000002-1', 6, 'completed', 'completed', '2026-12-15 21:00:00.047881+00', 'system', NULL, NULL, '{"wait": null, "status": "completed", "attempt": 1, "changes": 6, "channel": null, "refusal": null, "to_clear": false, "sum_kopecks": 500000, "calculated_by": "system", "stopped_renewal": null}');
INSERT INTO public.remarks (id, refund_id, author, text, at) VALUES
	('34ccc16f-ae46-5daf-b7d2-c043579d54ec', 'refund-2026-000121-1', 'm.orlova', 'Счёт в Волго-Вятском банке закрыт. Укажите, пожалуйста, действующий расчётный счёт.', '2026-11-29 21:07:57.463383+00');
INSERT INTO public.renewal_history (renewal_id, number, from_status, to_status, at, by, reason, submission_id, answer) VALUES
	('renewal-kompas-romashka-2026-12-29', 1, NULL, 'watching', '2026-11-29 21:08:06.964303+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-29T21:00:00Z", "ends_in": "lapsed", "remind_at": ["2026-12-15T07:00:00Z", "2026-12-22T07:00:00Z", "2026-12-26T07:00:00Z", "2026-12-28T07:00:00Z"], "escalate_at": null, "waiting_for": "client"}, "status": "watching", "changes": 1, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": null, "amount_kopecks": 0, "invoice_number": null}'),
	('renewal-kompas-romashka-2026-12-29', 2, 'watching', 'awaiting_payment', '2026-12-15 07:02:00.662346+00', 'romashka', NULL, '9852e6aa-094d-5936-9347-062ca95c3d72', '{"wait": {"until": "2026-12-29T21:00:00Z", "ends_in": "checking_payment", "remind_at": ["2026-12-18T07:00:00Z", "2026-12-22T07:00:00Z", "2026-12-26T07:00:00Z", "2026-12-28T07:00:00Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_payment", "changes": 2, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": null, "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001"}'),
	('renewal-kompas-romashka-2026-12-29', 3, 'awaiting_payment', 'awaiting_payment', '2026-12-15 07:02:01.381382+00', 'romashka', 'claimed', '25d897c6-a066-5040-ad13-ceb66e74491a', '{"wait": {"until": "2026-12-29T21:00:00Z", "ends_in": "checking_payment", "remind_at": ["2026-12-23T07:00:00Z", "2026-12-26T07:00:00Z", "2026-12-28T07:00:00Z"], "escalate_at": null, "waiting_for": "bank"}, "status": "awaiting_payment", "changes": 3, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": "2026-12-22T21:00:00Z", "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001"}'),
	('renewal-kompas-romashka-2026-12-29', 4, 'awaiting_payment', 'paid', '2026-12-21 17:01:00.527933+00', 'system', NULL, NULL, '{"wait": null, "status": "paid", "changes": 4, "refusal": null, "next_term": {"ends_on": "2027-12-29", "term_id": "7351ab3a-70a5-575a-879c-658759091d74", "starts_at": "2026-12-29T21:00:00Z", "starts_on": "2026-12-30"}, "card_order_id": null, "claimed_until": null, "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001"}'),
	('renewal-kompas-romashka-2026-12-29', 5, 'paid', 'renewed', '2026-12-29 21:00:00.141634+00', 'system', NULL, NULL, '{"wait": null, "status": "renewed", "changes": 5, "refusal": null, "next_term": {"ends_on": "2027-12-29", "term_id": "7351ab3a-70a5-575a-879c-658759091d74", "starts_at": "2026-12-29T21:00:00Z", "starts_on": "2026-12-30"}, "card_order_id": null, "claimed_until": null, "amount_kopecks": 3660000, "invoice_number": "KP-2026-000001"}'),
	('renewal-kompas-romashka-2027-12-29', 1, NULL, 'watching', '2026-12-29 21:00:00.254583+00', 'system', NULL, NULL, '{"wait": {"until": "2027-12-29T21:00:00Z", "ends_in": "lapsed", "remind_at": ["2027-11-29T07:00:00Z", "2027-12-15T07:00:00Z", "2027-12-22T07:00:00Z", "2027-12-26T07:00:00Z", "2027-12-28T07:00:00Z"], "escalate_at": null, "waiting_for": "client"}, "status": "watching", "changes": 1, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": null, "amount_kopecks": 0, "invoice_number": null}'),
	('renewal-kompas-belov-2026-12-02', 1, NULL, 'watching', '2026-11-29 21:08:10.726218+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-02T21:00:00Z", "ends_in": "lapsed", "remind_at": ["2026-12-01T07:00:00Z"], "escalate_at": null, "waiting_for": "client"}, "status": "watching", "changes": 1, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": null, "amount_kopecks": 0, "invoice_number": null}'),
	('renewal-kompas-belov-2026-12-02', 2, 'watching', 'awaiting_payment', '2026-11-29 21:08:10.871775+00', 'belov', NULL, '52230263-5943-51a0-ae13-d90a1487acec', '{"wait": {"until": "2026-12-02T21:00:00Z", "ends_in": "checking_payment", "remind_at": ["2026-12-01T07:00:00Z"], "escalate_at": null, "waiting_for": "client"}, "status": "awaiting_payment", "changes": 2, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": null, "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002"}'),
	('renewal-kompas-belov-2026-12-02', 3, 'awaiting_payment', 'checking_payment', '2026-12-02 21:00:00.298541+00', 'system', NULL, NULL, '{"wait": {"until": "2026-12-04T21:00:00Z", "ends_in": "lapsed", "remind_at": [], "escalate_at": null, "waiting_for": "accountant"}, "status": "checking_payment", "changes": 3, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": null, "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002"}'),
	('renewal-kompas-belov-2026-12-02', 4, 'checking_payment', 'lapsed', '2026-12-04 21:00:00.086783+00', 'system', 'not_paid', NULL, '{"wait": {"until": "2026-12-16T21:00:00Z", "ends_in": "closed", "remind_at": [], "escalate_at": null, "waiting_for": "client"}, "status": "lapsed", "changes": 4, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": null, "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002"}'),
	('renewal-kompas-belov-2026-12-02', 5, 'lapsed', 'paid', '2026-12-07 17:01:00.781616+00', 'system', NULL, NULL, '{"wait": null, "status": "paid", "changes": 5, "refusal": null, "next_term": {"ends_on": "2027-12-02", "term_id": "1f74fb2d-c734-5293-8476-3dd44f7083d2", "starts_at": "2026-12-02T21:00:00Z", "starts_on": "2026-12-03"}, "card_order_id": null, "claimed_until": null, "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002"}'),
	('renewal-kompas-belov-2026-12-02', 6, 'paid', 'renewed', '2026-12-07 17:01:00.795563+00', 'system', NULL, NULL, '{"wait": null, "status": "renewed", "changes": 6, "refusal": null, "next_term": {"ends_on": "2027-12-02", "term_id": "1f74fb2d-c734-5293-8476-3dd44f7083d2", "starts_at": "2026-12-02T21:00:00Z", "starts_on": "2026-12-03"}, "card_order_id": null, "claimed_until": null, "amount_kopecks": 1464000, "invoice_number": "KP-2026-000002"}'),
	('renewal-kompas-belov-2027-12-02', 1, NULL, 'watching', '2026-12-07 17:01:00.96305+00', 'system', NULL, NULL, '{"wait": {"until": "2027-12-02T21:00:00Z", "ends_in": "lapsed", "remind_at": ["2027-11-02T07:00:00Z", "2027-11-18T07:00:00Z", "2027-11-25T07:00:00Z", "2027-11-29T07:00:00Z", "2027-12-01T07:00:00Z"], "escalate_at": null, "waiting_for": "client"}, "status": "watching", "changes": 1, "refusal": null, "next_term": null, "card_order_id": null, "claimed_until": null, "amount_kopecks": 0, "invoice_number": null}');
INSERT INTO public.signatures (id, statement_id, method, content_sha256, code_id, scan_id, signed_at) VALUES
	('c6ba3670-61ba-544a-9894-28116d977ec6', 'f7b20fd6-1234-54d4-b2e9-3697a5b99abc', 'one_time_code', '5e7698253203f4034c3b5cafa30249595e9c91ac9a325dcd97c774ab238d1d0e', '2c8d8f1a-4a3a-5cfa-8efd-dab4573a5fc1', NULL, '2026-11-29 21:07:56.394737+00'),
	('4ce32c83-a3e7-552e-84ac-adced45f7aea', '60b460cb-7b43-5486-8e9c-fd09b5a43c86', 'one_time_code', '398ae69d3ab42fed8acbd052fc538bb9ff6cda3b0be5d83b5c55042e489390ab', 'e5972aad-071c-5c28-aa4d-81c5ea8d2ccb', NULL, '2026-11-29 21:07:57.40695+00'),
	('627b9df9-07d9-551c-8475-9d031fbab325', 'ee8be6e2-52af-549a-b726-ec481634989a', 'one_time_code', 'ff6834b890740713bebd345831918523f3d31a09516039d97ed485edb4c1b656', '4bcf4de7-1c99-523e-a236-4ca5d8c367b8', NULL, '2026-11-29 21:07:57.787184+00'),
	('b6b9804d-de64-5383-a792-63b4d204daff', 'f1657c21-be2c-5c00-a722-d52e782a8340', 'one_time_code', '18bad654556ac3db17efdfc5c54d7755aff4fea13b660c591fbe4ba1707db25e', '10dd20b9-d114-5cdf-ac7a-575b6b8dc18b', NULL, '2026-11-29 21:07:58.907091+00'),
	('2a53d29f-8b1b-5404-8834-176a0dda42c5', 'd38682cb-6ac1-5546-9737-ac3d69db1cef', 'one_time_code', 'a62bace5ee26974af6f7817b7be732f9c54c580b790a45a681fdf2bcfe5fac8b', 'c7be2666-303b-5cd9-8a4f-66a784974f7e', NULL, '2026-11-29 21:08:00.635208+00'),
	('47afd6e4-43d9-561a-8a40-00571505b7d3', 'ece3b867-7fba-5468-bb2b-63135fcc02ff', 'one_time_code', '86a1b80771b1a3e529124dffb922c6dc753a3dabf0a7ec7395653ab003fbab30', '69bdfc3d-4be7-5de2-aa93-eea3c451f74f', NULL, '2026-11-29 21:08:02.109134+00'),
	('4bd5c4c5-d282-593a-a37f-644136e79544', '88774511-0507-55ea-a73a-719ab17172e0', 'one_time_code', 'ab3d00bfbca5b2247d67443b11b121e8d0cea07b94a76649e540d309ce58238d', 'afe11b34-f20f-5159-9f17-543e37756365', NULL, '2026-11-29 21:08:13.580089+00');
INSERT INTO public.tariff_prices (tariff_code, is_free, version, price_kopecks, valid_from, author, created_at, withdrawn_by, withdrawn_at, withdrawal_reason) VALUES
	('100', false, 1, 1464000, '2026-11-30', 'billing', '2026-11-29 21:07:55.798539+00', NULL, NULL, NULL),
	('400', false, 1, 3660000, '2026-11-30', 'billing', '2026-11-29 21:07:55.814279+00', NULL, NULL, NULL),
	('1000', false, 1, 7320000, '2026-11-30', 'billing', '2026-11-29 21:07:55.828987+00', NULL, NULL, NULL);
INSERT INTO public.usage_reports (subscription_id, reported_at, units_used) VALUES
	('kompas-romashka', '2026-11-29 21:08:07.069751+00', 390);
SELECT pg_catalog.setval('public.calendar_history_id_seq', 1, false);
SELECT pg_catalog.setval('public.calendar_year_history_id_seq', 1, false);
SELECT pg_catalog.setval('public.ledger_transfers_id_seq', 32, true);
SELECT pg_catalog.setval('public.notifications_number_seq', 117, true);
SELECT pg_catalog.setval('public.payment_order_numbers', 3, true);
SELECT pg_catalog.setval('public.payment_runs_number_seq', 3, true);
