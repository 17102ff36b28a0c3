suppressPackageStartupMessages(library(survival))
time <- read_array("time", "f64")
event <- read_array("event", "u32")
group <- read_array("group", "u32")

measure(
  function() survdiff(Surv(time, event) ~ group),
  function(test) list(statistic = test$chisq, observed = as.numeric(test$obs), expected = as.numeric(test$exp))
)
