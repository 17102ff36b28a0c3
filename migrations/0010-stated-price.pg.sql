-- The price as it was stated, for the months that it covers: a yearly price is no whole number of months. Without one
-- the price was stated for a month, as mrr_cents.
alter table subscription
  add column stated_cents bigint check (stated_cents >= 0),
  add column stated_months integer check (stated_months between 1 and 120),
  add check ((stated_cents is null) = (stated_months is null));
