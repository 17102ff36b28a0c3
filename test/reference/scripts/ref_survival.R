# Kaplan-Meier, log-rank, Cox on lung and telco. Run from test/. R 4.2.2, survival 3.5-3
suppressMessages({library(survival); library(jsonlite)}); r <- function(x) signif(unname(x), 8)
kmtab <- function(fit, t) {s <- summary(fit, times=t, extend=TRUE); data.frame(strata=if(is.null(s$strata)) "all" else as.character(s$strata), t=s$time, n_risk=s$n.risk, S=r(s$surv), se=r(s$std.err), lo=r(s$lower), hi=r(s$upper))}
med <- function(f){m <- summary(f)$table; if(is.null(dim(m))) m <- t(m); data.frame(strata=if(is.null(rownames(m))) "all" else rownames(m), n=m[,"records"], events=m[,"events"], rmean=r(m[,"rmean"]), median=m[,"median"], lo=m[,"0.95LCL"], hi=m[,"0.95UCL"], row.names=NULL)}
coxo <- function(m){s <- summary(m); list(n=m$n, events=m$nevent, loglik_null=r(m$loglik[1]), loglik=r(m$loglik[2]), lr=r(s$logtest[["test"]]), wald=r(s$waldtest[["test"]]), score=r(s$sctest[["test"]]), coef=data.frame(term=rownames(s$coefficients), b=r(s$coefficients[,"coef"]), hr=r(s$coefficients[,"exp(coef)"]), se=r(s$coefficients[,"se(coef)"]), p=r(s$coefficients[,"Pr(>|z|)"])), concordance=r(s$concordance[["C"]]))}
lr <- function(f, d, rho=0){s <- survdiff(f, d, rho=rho); list(groups=names(s$n), n=as.vector(s$n), observed=as.vector(s$obs), expected=r(as.vector(s$exp)), chisq=r(s$chisq), df=length(s$n)-1, p=r(pchisq(s$chisq, length(s$n)-1, lower.tail=FALSE)))}
L <- read.csv("data/survival-lung/lung.csv"); if (max(L$status) == 1) L$status <- L$status + 1L; L$ev <- L$status == 2
f0 <- survfit(Surv(time, ev) ~ 1, L); f1 <- survfit(Surv(time, ev) ~ sex, L)
fll <- survfit(Surv(time, ev) ~ 1, L, conf.type="log-log"); fpl <- survfit(Surv(time, ev) ~ 1, L, conf.type="plain")
out <- list(note="conf.type=log unless stated; event coded status==2 in R (1 in the csv)", km_all=kmtab(f0, c(100,180,365,500,730)), km_loglog=kmtab(fll, c(180,365,730)), km_plain=kmtab(fpl, c(180,365,730)), km_sex=kmtab(f1, c(180,365,730)), median_all=med(f0), median_sex=med(f1),
  rmst_365=r(survival:::survmean(f0, rmean=365)[[1]][["rmean"]]), nelson_aalen_365=r(summary(f0, times=365)$cumhaz), logrank_sex=lr(Surv(time, ev) ~ sex, L), peto_sex_rho1=lr(Surv(time, ev) ~ sex, L, 1),
  cox_sex_efron=coxo(coxph(Surv(time, ev) ~ sex, L)), cox_3_efron=coxo(m3 <- coxph(Surv(time, ev) ~ age + sex + ph.ecog, L)), cox_3_breslow=coxo(coxph(Surv(time, ev) ~ age + sex + ph.ecog, L, ties="breslow")))
z <- cox.zph(m3)$table; out$zph_cox3 <- data.frame(term=rownames(z), chisq=r(z[,1]), df=z[,2], p=r(z[,3]))
write_json(out, "reference/survival_lung.json", auto_unbox=TRUE, digits=NA, pretty=TRUE)
T <- read.csv("data/telco-ibm/telco.csv"); T$ev <- T$Churn == "Yes"; T1 <- T[T$tenure > 0,]
ft <- survfit(Surv(tenure, ev) ~ Contract, T1)
o2 <- list(note="11 rows with tenure 0 dropped (7032 rows)", n=nrow(T1), events=sum(T1$ev), km_all=kmtab(survfit(Surv(tenure, ev) ~ 1, T1), c(1,6,12,24,36,48,60,72)), km_contract=kmtab(ft, c(6,12,24,48,72)), median_contract=med(ft), logrank_contract=lr(Surv(tenure, ev) ~ Contract, T1), logrank_gender=lr(Surv(tenure, ev) ~ gender, T1), logrank_internet=lr(Surv(tenure, ev) ~ InternetService, T1),
  cox=coxo(coxph(Surv(tenure, ev) ~ Contract + InternetService + PaymentMethod + OnlineSecurity + TechSupport + PaperlessBilling + SeniorCitizen + Partner + MonthlyCharges, T1)))
write_json(o2, "reference/survival_telco.json", auto_unbox=TRUE, digits=NA, pretty=TRUE)
