# What the R side of every case needs: arrays as bytes, the clock, the most memory held, and a report on standard output.

arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
repeats <- as.integer(arguments[2])

read_array <- function(name, kind) {
  path <- file.path(folder, paste0(name, ".", kind))
  size <- if (kind == "f64") 8 else 4
  what <- if (kind == "u32") "integer" else "numeric"
  readBin(path, what, n = file.size(path) / size, size = size, endian = "little")
}

peak_memory <- function() {
  status <- tryCatch(readLines("/proc/self/status"), error = function(e) character())
  line <- grep("^VmHWM:", status, value = TRUE)
  # Without /proc: the most that R's own heap held.
  if (length(line) == 0) return(sum(gc()[, 6]) * 2^20)
  as.numeric(gsub("[^0-9]", "", line)) * 1024
}

numbers <- function(values) paste0("[", paste(sprintf("%.17g", values), collapse = ","), "]")

# `compute` is timed; `answer_of` makes of its result a list of numbers to compare.
measure <- function(compute, answer_of) {
  times <- vector("list", repeats)
  for (run in seq_len(repeats)) {
    # What the run before left would count as memory of this one.
    result <- NULL
    gc()
    times[[run]] <- system.time(result <- compute())
  }
  memory <- peak_memory()
  answer <- answer_of(result)
  seconds <- vapply(times, function(t) t[["elapsed"]], 0)
  processor <- vapply(times, function(t) t[["user.self"]] + t[["sys.self"]], 0)
  parts <- paste0('"', names(answer), '":', vapply(answer, numbers, ""), collapse = ",")
  cat(sprintf('{"seconds":%s,"processorSeconds":%s,"peakMemoryBytes":%.0f,"answer":{%s}}\n',
              numbers(seconds), numbers(processor), memory, parts))
}
