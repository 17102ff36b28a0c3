# Control charts, constants, ARLs, capability, proportion tests. Run from test/.
suppressMessages({library(jsonlite); library(spc)}); r <- function(x, k=8) signif(unname(x), k)
d2f <- function(n) ptukey_mean(n); # E[R]/sigma
ptukey_mean <- function(n) integrate(function(w) 1 - ptukey(w, n, Inf), 0, 20, rel.tol=1e-10)$value
d3f <- function(n) {m1 <- ptukey_mean(n); m2 <- integrate(function(w) 2*w*(1 - ptukey(w, n, Inf)), 0, 20, rel.tol=1e-10)$value; sqrt(m2 - m1^2)}
c4f <- function(n) sqrt(2/(n-1))*exp(lgamma(n/2) - lgamma((n-1)/2))
K <- do.call(rbind, lapply(c(2:15,20,25), function(n){d2 <- ptukey_mean(n); d3 <- d3f(n); c4 <- c4f(n); data.frame(n=n, d2=r(d2,7), d3=r(d3,7), c4=r(c4,7), A2=r(3/(d2*sqrt(n)),7), A3=r(3/(c4*sqrt(n)),7), D3=r(max(0,1-3*d3/d2),7), D4=r(1+3*d3/d2,7), B3=r(max(0,1-3*sqrt(1-c4^2)/c4),7), B4=r(1+3*sqrt(1-c4^2)/c4,7))}))
oj <- read.table("data/spc-classic/orangejuice.txt", header=TRUE); tr <- oj[oj$trial,]
pch <- function(D, n){p <- sum(D)/sum(n); s <- sqrt(p*(1-p)/n); list(center=r(p), lcl=r(pmax(0,p-3*s)), ucl=r(pmin(1,p+3*s)), beyond=which(D/n > p+3*s | D/n < pmax(0,p-3*s)))}
j <- tr[!(tr$sample %in% c(15,23)),]
pj <- pch(tr$D, tr$size); pj2 <- pch(j$D, j$size); pj$lcl <- pj$lcl[1]; pj$ucl <- pj$ucl[1]; pj2$lcl <- pj2$lcl[1]; pj2$ucl <- pj2$ucl[1]
pc <- read.table("data/spc-classic/pcmanufact.txt", header=TRUE); u <- sum(pc$x)/sum(pc$size); uu <- 3*sqrt(u/pc$size); cb <- mean(pc$x)
pr <- read.table("data/spc-classic/pistonrings.txt", header=TRUE); m <- matrix(pr$diameter, ncol=5, byrow=TRUE); trm <- m[1:25,]; xb <- rowMeans(m); R <- apply(m,1,function(z) diff(range(z))); S <- apply(m,1,sd); d2 <- ptukey_mean(5); d3 <- d3f(5); c4 <- c4f(5); xbb <- mean(xb[1:25]); Rb <- mean(R[1:25]); Sb <- mean(S[1:25])
v <- read.table("data/spc-classic/viscosity.txt", header=TRUE); vt <- v$viscosity[v$trial]; mr <- abs(diff(vt)); mrb <- mean(mr); sg <- mrb/ptukey_mean(2)
ew <- function(x, mu, s, l, L){z <- Reduce(function(a,b) l*b+(1-l)*a, x, accumulate=TRUE, mu)[-1]; i <- seq_along(x); se <- s*sqrt(l/(2-l)*(1-(1-l)^(2*i))); list(lambda=l, L=L, z=r(z), ucl=r(mu+L*se), lcl=r(mu-L*se), beyond=which(z > mu+L*se | z < mu-L*se))}
cs <- function(x, mu, s, k, h){hi <- lo <- 0; H <- Lo <- c(); for(z in (x-mu)/s){hi <- max(0, hi+z-k); lo <- max(0, lo-z-k); H <- c(H,hi); Lo <- c(Lo,lo)}; list(k=k, h=h, upper=r(H), lower=r(Lo), signal_upper=which(H > h), signal_lower=which(Lo > h))}
# Nelson rules on a fixed z-score series (sigma=1, mean=0)
z <- c(0.2,-0.4,0.6,3.2, 0.3,0.5,0.1,0.9,0.4,0.2,0.8,0.6,0.7, -0.3,-0.1,0.1,0.4,0.7,1.0, -2.3,0.1,-2.4,-0.5, 1.2,1.4,0.2,1.3,1.6, 0.5,-0.5,0.6,-0.4,0.5,-0.6,0.4,-0.3,0.2,-0.5,0.3,-0.2,0.6,-0.6, 1.5,-1.3,1.2,1.1,-1.6,1.4,-1.2,1.3)
nel <- function(z){n <- length(z); f <- list(r1=which(abs(z) > 3)); w <- function(k) if(n<k) integer(0) else k:n
 f$r2 <- Filter(function(i){q <- z[(i-8):i]; all(q>0)||all(q<0)}, w(9)); f$r3 <- Filter(function(i){q <- diff(z[(i-5):i]); all(q>0)||all(q<0)}, w(6))
 f$r4 <- Filter(function(i){q <- diff(z[(i-13):i]); all(q!=0) && all(q[-1]*q[-13]<0)}, w(14)); f$r5 <- Filter(function(i){q <- z[(i-2):i]; sum(q>2)>=2||sum(q< -2)>=2}, w(3))
 f$r6 <- Filter(function(i){q <- z[(i-4):i]; sum(q>1)>=4||sum(q< -1)>=4}, w(5)); f$r7 <- Filter(function(i) all(abs(z[(i-14):i])<1), w(15)); f$r8 <- Filter(function(i) all(abs(z[(i-7):i])>1), w(8)); f}
LSL <- 73.95; USL <- 74.05; x <- as.vector(trm); sw <- Rb/d2; so <- sd(x); n <- length(x); cpk <- function(s) min((USL-mean(x))/(3*s),(mean(x)-LSL)/(3*s)); ck <- cpk(so)
pt <- function(x1,n1,x2,n2){p1 <- x1/n1; p2 <- x2/n2; pp <- (x1+x2)/(n1+n2); z <- (p1-p2)/sqrt(pp*(1-pp)*(1/n1+1/n2)); wl <- function(x,n){zz <- qnorm(.975); c((x+zz^2/2-zz*sqrt(x*(n-x)/n+zz^2/4))/(n+zz^2),(x+zz^2/2+zz*sqrt(x*(n-x)/n+zz^2/4))/(n+zz^2))}; a <- wl(x1,n1); b <- wl(x2,n2); d <- p1-p2
 list(x1=x1,n1=n1,x2=x2,n2=n2,diff=r(d),z=r(z),p_two_sided=r(2*pnorm(-abs(z))),chisq_yates=r(suppressWarnings(prop.test(c(x1,x2),c(n1,n2))$statistic)),p_yates=r(suppressWarnings(prop.test(c(x1,x2),c(n1,n2))$p.value)),fisher_p=r(fisher.test(rbind(c(x1,n1-x1),c(x2,n2-x2)))$p.value),wilson1=r(a),wilson2=r(b),newcombe_diff=r(c(d-sqrt((p1-a[1])^2+(b[2]-p2)^2), d+sqrt((a[2]-p1)^2+(p2-b[1])^2))))}
ci <- function(x,n){b <- binom.test(x,n)$conf.int; w <- suppressWarnings(prop.test(x,n,correct=FALSE)$conf.int); j <- c(qbeta(.025,x+.5,n-x+.5), qbeta(.975,x+.5,n-x+.5)); list(x=x,n=n,wilson=r(w),clopper_pearson=r(b),jeffreys=r(j))}
out <- list(constants=K, p_orangejuice_trial=pj, p_orangejuice_without_15_23=pj2, u_pcmanufact=list(center=r(u), lcl=r(max(0,u-uu[1])), ucl=r(u+uu[1])), c_pcmanufact=list(center=cb, lcl=r(max(0,cb-3*sqrt(cb))), ucl=r(cb+3*sqrt(cb))),
 xbarR_pistonrings_first25=list(xbarbar=r(xbb,10), Rbar=r(Rb), Sbar=r(Sb), xbar_ucl_R=r(xbb+3/(d2*sqrt(5))*Rb,10), xbar_lcl_R=r(xbb-3/(d2*sqrt(5))*Rb,10), R_ucl=r((1+3*d3/d2)*Rb), xbar_ucl_S=r(xbb+3/(c4*sqrt(5))*Sb,10), S_ucl=r((1+3*sqrt(1-c4^2)/c4)*Sb), phase2_beyond_R=which(xb > xbb+3/(d2*sqrt(5))*Rb | xb < xbb-3/(d2*sqrt(5))*Rb)),
 xmr_viscosity_trial=list(n=length(vt), mean=r(mean(vt)), mrbar=r(mrb), sigma=r(sg), ucl=r(mean(vt)+3*sg), lcl=r(mean(vt)-3*sg), mr_ucl=r((1+3*d3f(2)/ptukey_mean(2))*mrb), beyond_all35=which(abs(v$viscosity-mean(vt)) > 3*sg)),
 ewma_viscosity=ew(v$viscosity, mean(vt), sg, .2, 3), cusum_viscosity=cs(v$viscosity, mean(vt), sg, .5, 5), ewma_pistonrings=ew(xb, xbb, Rb/d2/sqrt(5), .2, 2.7), cusum_pistonrings=cs(xb, xbb, Rb/d2/sqrt(5), .5, 5),
 nelson=list(z=z, flags_at_last_point=nel(z), note="1-based index of the point completing the pattern; r1 beyond 3s; r2 9 same side; r3 6 trending; r4 14 alternating; r5 2 of 3 beyond 2s same side; r6 4 of 5 beyond 1s same side; r7 15 within 1s; r8 8 beyond 1s either side"),
 arl=list(shewhart_3s=r(1/(2*pnorm(-3))), cusum_k.5_h5=list(mu0=r(xcusum.arl(.5,5,0,sided="two")), mu1=r(xcusum.arl(.5,5,1,sided="two"))), cusum_k.5_h4=list(mu0=r(xcusum.arl(.5,4,0,sided="two")), mu1=r(xcusum.arl(.5,4,1,sided="two"))), ewma_l.1_L2.7=list(mu0=r(xewma.arl(.1,2.7,0,sided="two")), mu1=r(xewma.arl(.1,2.7,1,sided="two"))), ewma_l.2_L3=list(mu0=r(xewma.arl(.2,3,0,sided="two")), mu1=r(xewma.arl(.2,3,1,sided="two")))),
 capability_pistonrings=list(LSL=LSL, USL=USL, n=n, mean=r(mean(x),10), sigma_within=r(sw), sigma_overall=r(so), Cp=r((USL-LSL)/(6*sw)), Cpk=r(cpk(sw)), Pp=r((USL-LSL)/(6*so)), Ppk=r(ck), Ppk_ci95_bissell=r(ck+c(-1,1)*qnorm(.975)*sqrt(1/(9*n)+ck^2/(2*(n-1)))), Pp_ci95=r((USL-LSL)/(6*so)*sqrt(qchisq(c(.025,.975),n-1)/(n-1))), dpmo_1.5=list(sigma3=r(1e6*pnorm(-1.5)), sigma4=r(1e6*pnorm(-2.5)), sigma6=r(1e6*pnorm(-4.5)))),
 proportions=list(pt(56,70,48,80), pt(12,200,25,210), pt(0,20,3,25)), intervals=list(ci(0,20), ci(1,10), ci(15,50), ci(81,263), ci(50,50)))
write_json(out, "reference/spc.json", auto_unbox=TRUE, digits=NA, pretty=TRUE)
