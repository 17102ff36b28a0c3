# Held-out survival performance: Cox vs discrete-time hazard (cloglog GAM). Run from test/. Split: file-order row i (1-based) is TEST when i %% 5 == 0; tenure 0 dropped afterwards.
suppressMessages({library(survival); library(mgcv); library(jsonlite)}); r <- function(x) signif(unname(x), 6)
T <- read.csv("data/telco-ibm/telco.csv", stringsAsFactors=TRUE); T$i <- seq_len(nrow(T)); T$ev <- as.integer(T$Churn == "Yes"); T <- T[T$tenure > 0,]; te <- T[T$i %% 5 == 0,]; tr <- T[T$i %% 5 != 0,]
ipcw <- function(S, time, ev, t, trtime, trev){ G <- survfit(Surv(trtime, 1-trev) ~ 1); g <- stepfun(G$time, c(1, G$surv)); gl <- function(x) g(x - 1e-9); w <- ifelse(time <= t & ev == 1, 1/gl(time), ifelse(time > t, 1/g(t), 0)); mean(w*((time > t) - S)^2) }
form <- ~ Contract + InternetService + PaymentMethod + OnlineSecurity + OnlineBackup + TechSupport + PaperlessBilling + SeniorCitizen + Partner + Dependents + MultipleLines + StreamingTV + StreamingMovies + MonthlyCharges
m <- coxph(update(form, Surv(tenure, ev) ~ .), tr, x=TRUE)
ts <- c(6, 12, 24, 48); sf <- survfit(m, newdata=te); Sc <- sapply(ts, function(t) summary(sf, times=t)$surv[1,])
res <- list(n_train=nrow(tr), n_test=nrow(te), cox=list(c_index=r(concordance(Surv(te$tenure, te$ev) ~ predict(m, te), reverse=TRUE)$concordance), c_index_train=r(concordance(m)$concordance), ipcw_brier=setNames(as.list(r(sapply(seq_along(ts), function(k) ipcw(Sc[,k], te$tenure, te$ev, ts[k], tr$tenure, tr$ev)))), paste0("t", ts))))
km <- survfit(Surv(tenure, ev) ~ 1, tr); Sk <- summary(km, times=ts)$surv
res$km_only <- list(ipcw_brier=setNames(as.list(r(sapply(seq_along(ts), function(k) ipcw(rep(Sk[k], nrow(te)), te$tenure, te$ev, ts[k], tr$tenure, tr$ev)))), paste0("t", ts)))
pp <- tr[rep(seq_len(nrow(tr)), tr$tenure),]; pp$t <- sequence(tr$tenure); pp$y <- as.integer(pp$t == pp$tenure & pp$ev == 1)
g <- bam(update(form, y ~ s(t, k=10) + s(t, by=as.numeric(Contract == "Month-to-month"), k=6) + . - MonthlyCharges + s(MonthlyCharges, k=8)), family=binomial("cloglog"), data=pp, discrete=TRUE, method="fREML")
H <- sapply(1:72, function(t){d <- te; d$t <- t; as.numeric(predict(g, d, type="response"))}); S <- t(apply(1-H, 1, cumprod))
res$discrete_gam <- list(person_periods=nrow(pp), events=sum(pp$y), c_index_S12=r(concordance(Surv(te$tenure, te$ev) ~ S[,12])$concordance), c_index_expected_tenure72=r(concordance(Surv(te$tenure, te$ev) ~ rowSums(S))$concordance), ipcw_brier=setNames(as.list(r(sapply(ts, function(t) ipcw(S[,t], te$tenure, te$ev, t, tr$tenure, tr$ev)))), paste0("t", ts)), edf=r(sum(g$edf)))
l <- glm(update(form, y ~ log(t) + I(t == 1) + .), family=binomial, data=pp); H2 <- sapply(1:72, function(t){d <- te; d$t <- t; as.numeric(predict(l, d, type="response"))}); S2 <- t(apply(1-H2, 1, cumprod))
res$discrete_logit <- list(c_index_S12=r(concordance(Surv(te$tenure, te$ev) ~ S2[,12])$concordance), ipcw_brier=setNames(as.list(r(sapply(ts, function(t) ipcw(S2[,t], te$tenure, te$ev, t, tr$tenure, tr$ev)))), paste0("t", ts)), loglik=r(as.numeric(logLik(l))), coef=as.list(r(coef(l))[1:8]))
# covariate-free discrete hazard = life table, must equal KM on integer tenures
h <- sapply(c(1,2,12), function(t) mean(pp$y[pp$t == t])); res$life_table_train <- list(hazard_t1_t2_t12=r(h), km_hazard_check=r(sapply(c(1,2,12), function(t) {s <- summary(km, times=c(max(t-1,0), t), extend=TRUE)$surv; if (t == 1) 1-s[2] else 1-s[2]/s[1]})))
write_json(res, "reference/hazard_telco_heldout.json", auto_unbox=TRUE, digits=NA, pretty=TRUE); cat(toJSON(res, auto_unbox=TRUE, digits=6))
