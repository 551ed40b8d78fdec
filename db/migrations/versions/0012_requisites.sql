-- Requisites and text: one rule for what people write.

SELECT 1;
