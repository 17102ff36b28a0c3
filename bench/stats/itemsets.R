measure(
  find_itemsets,
  function(sets) list(
    bySize = vapply(sets, function(set) length(set$counts), 0),
    sums = vapply(sets, function(set) sum(set$counts), 0)
  )
)
