# Frequent itemsets in R, which has none of its own: depth first, the counts of all sets that extend a prefix by two items
# from one product of sparse matrices, in compiled code. Of what was tried the fastest; Apriori over bit sets (bitwAnd and a
# table of bit counts) took a tenth more.

suppressPackageStartupMessages(library(Matrix))

offsets <- read_array("offsets", "u32")
items <- read_array("items", "u32") + 1L
baskets <- length(offsets) - 1
min_count <- ceiling(baskets / 100)
most_items <- 4

# A list with the sets of each size: a matrix of items, rising in a row, and their counts.
find_itemsets <- function() {
  held <- sparseMatrix(i = rep.int(seq_len(baskets), diff(offsets)), j = items, x = 1, dims = c(baskets, max(items)))
  counts <- colSums(held)
  frequent <- which(counts >= min_count)
  found <- rep(list(list()), most_items)
  found[[1]] <- list(cbind(frequent, counts[frequent]))
  # `rows` are the baskets that hold all of the prefix, its columns the items that may follow, named by `ids`.
  extend <- function(prefix, rows, ids) {
    size <- length(prefix) + 2
    together <- as.matrix(crossprod(rows))
    enough <- together >= min_count & upper.tri(together)
    pairs <- which(enough, arr.ind = TRUE)
    if (nrow(pairs) == 0) return()
    before <- matrix(prefix, nrow(pairs), length(prefix), byrow = TRUE)
    sets <- cbind(before, ids[pairs[, 1]], ids[pairs[, 2]], together[pairs])
    found[[size]][[length(found[[size]]) + 1]] <<- sets
    if (size == most_items) return()
    for (item in seq_along(ids)) {
      further <- which(enough[item, ])
      if (length(further) < 2) next
      holders <- rows@i[(rows@p[item] + 1):rows@p[item + 1]] + 1L
      extend(c(prefix, ids[item]), rows[holders, further, drop = FALSE], ids[further])
    }
  }
  extend(integer(), held[, frequent, drop = FALSE], frequent)
  lapply(Filter(length, found), function(parts) {
    table <- do.call(rbind, parts)
    list(items = unname(table[, -ncol(table), drop = FALSE]), counts = unname(table[, ncol(table)]))
  })
}
