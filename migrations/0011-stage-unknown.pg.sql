-- a stage that nobody told is not known
alter table account alter column stage drop not null;
alter table account alter column stage drop default;
