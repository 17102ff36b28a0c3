# Rules to one item, tested as ours are, by vectors: Fisher's test of the whole antecedent and of each of its items among the
# baskets with the others, Benjamini and Hochberg over all pairs of a frequent antecedent and another frequent item.

sets <- find_itemsets()
key <- function(items) do.call(paste, as.data.frame(items))

find_rules <- function() {
  keys <- lapply(sets, function(set) key(set$items))
  count_of <- function(items) {
    size <- ncol(items)
    sets[[size]]$counts[match(key(items), keys[[size]])]
  }
  singles <- length(sets[[1]]$counts)
  tested <- 0
  best <- list(list(before = sets[[1]]$counts / baskets))
  names(best[[1]]$before) <- paste(keys[[1]])
  known <- best[[1]]$before
  tables <- list()
  for (size in seq_along(sets)) {
    set <- sets[[size]]
    if (size < most_items) tested <- tested + length(set$counts) * (singles - size)
    if (size == 1) next
    next_known <- c()
    for (place in seq_len(size)) {
      consequent <- set$items[, place]
      before <- set$items[, -place, drop = FALSE]
      with_before <- count_of(before)
      with_consequent <- count_of(matrix(consequent, ncol = 1))
      p <- phyper(set$counts - 1, with_consequent, baskets - with_consequent, with_before, lower.tail = FALSE)
      added <- if (size == 2) p else rep(0, length(p))
      best_part <- rep(0, length(p))
      for (out in seq_len(size - 1)) {
        rest <- before[, -out, drop = FALSE]
        part <- if (size == 2) paste(consequent) else paste(key(rest), ">", consequent)
        best_part <- pmax(best_part, known[part])
        if (size == 2) next
        among <- count_of(rest)
        joined <- count_of(t(apply(cbind(rest, consequent), 1, sort)))
        added <- pmax(added, phyper(set$counts - 1, joined, among - joined, with_before, lower.tail = FALSE))
      }
      confidence <- set$counts / with_before
      next_known <- c(next_known, setNames(pmax(confidence, best_part), paste(key(before), ">", consequent)))
      tables[[length(tables) + 1]] <- data.frame(
        n_ab = set$counts, n_a = with_before, n_b = with_consequent,
        p = p, added = added, improvement = confidence - unname(best_part)
      )
    }
    known <- next_known
  }
  rules <- do.call(rbind, tables)
  unseen <- rep(1, tested - nrow(rules))
  rules$adjusted <- p.adjust(c(pmax(rules$p, rules$added), unseen), "BH")[seq_len(nrow(rules))]
  rules <- rules[rules$adjusted <= 0.05 & rules$improvement > 0, ]
  rules$lift <- rules$n_ab / rules$n_a / rules$n_b * baskets
  error <- sqrt(1 / rules$n_ab - 1 / rules$n_a - 1 / rules$n_b + 2 * rules$n_ab / (rules$n_a * rules$n_b) - 1 / baskets)
  rules$low <- rules$lift * exp(-qnorm(0.975) * error)
  rules$high <- rules$lift * exp(qnorm(0.975) * error)
  list(tested = tested, rules = rules[order(-rules$low), ])
}

measure(
  find_rules,
  function(found) with(found$rules, list(
    tested = found$tested,
    rules = length(p),
    sums = c(sum(lift), sum(improvement), sum(adjusted), sum(p)),
    limits = c(sum(low), sum(high))
  ))
)
