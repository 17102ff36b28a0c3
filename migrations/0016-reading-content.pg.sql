-- names what a reading says, its time apart: the same content again need not be written
alter table reading add column content text;
