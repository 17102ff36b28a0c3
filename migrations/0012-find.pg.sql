-- Text as it is looked for: without case and accents, so that zurich finds Zürich. Letters that Unicode does not take
-- apart are replaced one by one. Plain text, which most is, needs none of that.
create function fold_text(value text) returns text language sql immutable parallel safe
return case
  when octet_length(value) = char_length(value) then lower(value)
  else translate(lower(regexp_replace(normalize(value, NFD), '[\u0300-\u036f]', '', 'g')), 'øłđðħıŧ', 'olddhit')
end;
