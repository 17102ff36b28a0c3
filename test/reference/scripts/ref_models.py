"""Run from test/: python3 reference/scripts/ref_models.py"""
import sys, json, numpy as np, pandas as pd; sys.path.insert(0, 'reference/scripts'); from model_bench import *
out = {}
T = pd.read_csv('data/telco-ibm/telco.csv'); T['TotalCharges'] = pd.to_numeric(T.TotalCharges, errors='coerce').fillna(0); y = (T.Churn == 'Yes').astype(int).values; test = (np.arange(1, len(T)+1) % 5 == 0)
X = T.drop(columns=['customerID', 'Churn']).replace({'No internet service': 'No', 'No phone service': 'No'}); num = ['tenure', 'MonthlyCharges', 'TotalCharges']; out['telco'] = bench(X, y, test, num, [c for c in X if X[c].dtype == object])
rs = 'data/ravenstack-saas/ravenstack_'; A = pd.read_csv(rs+'accounts.csv'); s = pd.read_csv(rs+'subscriptions.csv'); t = pd.read_csv(rs+'support_tickets.csv'); u = pd.read_csv(rs+'feature_usage.csv.gz').merge(s[['subscription_id', 'account_id']])
X = A[['account_id', 'industry', 'referral_source', 'plan_tier', 'seats']].merge(t.groupby('account_id').agg(nt=('ticket_id', 'size'), rt=('resolution_time_hours', 'mean'), fr=('first_response_time_minutes', 'mean')).reset_index(), how='left').merge(u.groupby('account_id').agg(uc=('usage_count', 'sum'), er=('error_count', 'sum')).reset_index(), how='left').fillna(0).drop(columns='account_id')
y = A.churn_flag.astype(int).values; test = np.arange(1, len(A)+1) % 5 == 0; out['ravenstack_negative_control'] = bench(X, y, test, ['seats', 'nt', 'rt', 'fr', 'uc', 'er'], ['industry', 'referral_source', 'plan_tier'])
M = simprep('data/saas-sim'); out['saas_sim_rolling_origin'] = rolling(M); c = np.corrcoef(M.trust, M.true_trust_end_of_month)[0, 1]; out['saas_sim_naive_trust_vs_true'] = dict(pearson=round(float(c), 4), rmse=round(float(((M.trust-M.true_trust_end_of_month)**2).mean()**.5), 4))
json.dump(out, open('reference/models.json', 'w'), indent=1)
for k in out:
    print(k); print(pd.DataFrame(out[k].get('pooled', out[k]) if k != 'saas_sim_naive_trust_vs_true' else {0: out[k]}).T.to_string()); print(out[k].get('by_origin_auc', ''), out[k].get('origins', ''))
