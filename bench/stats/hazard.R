suppressPackageStartupMessages(library(mgcv))
curves <- c("tenure", "usage", "usageChange", "trust", "logSeats", "logResponse")
slopes <- c("activeWeeks", "tickets", "championLeft", "renewal")
factors <- c("segment", "industry")

read_months <- function(part) {
  columns <- lapply(c(curves, slopes, factors), function(name) read_array(paste0(part, ".", name), "f32"))
  months <- as.data.frame(setNames(columns, c(curves, slopes, factors)))
  for (name in factors) months[[name]] <- factor(months[[name]])
  months$event <- read_array(paste0(part, ".event"), "u32")
  months
}

months <- read_months("fit")
smooths <- sprintf('s(%s, bs = "ps", k = 10, m = c(2, 2))', curves)
model <- as.formula(paste("event ~", paste(c(smooths, slopes, factors), collapse = " + ")))
log_loss <- function(event, chance) -mean(ifelse(event == 1, log(chance), log1p(-chance)))

measure(
  function() bam(model, family = binomial("cloglog"), data = months, discrete = TRUE, nthreads = 2),
  function(fit) {
    held <- read_months("held")
    list(
      logLoss = log_loss(months$event, fitted(fit)),
      heldOutLogLoss = log_loss(held$event, predict(fit, held, type = "response", discrete = FALSE))
    )
  }
)
