"""Run from test/ AFTER ref_models.py: adds the confounding and leakage demonstrations to reference/models.json."""
import sys, json; sys.path.insert(0, 'reference/scripts'); from model_bench import *
M = simprep('data/saas-sim'); M['lt'] = np.log(M.tenure_month)
def f(cols):
    D = pd.get_dummies(M[cols+['segment']], drop_first=True).astype(float); m = LogisticRegression(penalty='none', max_iter=5000).fit((D-D.mean())/D.std(), M.y); return round(float(np.exp(m.coef_[0][0]/D.std()[0])), 3)
r = dict(truth=.5, naive_segment_only=f(['habit']), plus_tenure_contract=f(['habit', 'lt', 'annual_renew', 'annual_locked']), plus_current_usage_and_trust=f(['habit', 'lt', 'annual_renew', 'annual_locked', 'act', 'trust', 'champ4', 'price2', 'sev1_tickets']), lesson='the unadjusted odds ratio of early weekly use mixes the habit effect with adoption and trust; report it as association')
T = pd.read_csv('data/saas-sim/tickets.csv.gz'); T['nm'] = T.opened_on.str[:7]; M['nm'] = (pd.PeriodIndex(M.month, freq='M')+1).astype(str)
L = M.merge(T[T.category == 'offboarding'].groupby(['account_id', 'nm']).size().rename('leak').reset_index(), on=['account_id', 'nm'], how='left').fillna({'leak': 0})
J = json.load(open('reference/models.json')); J['saas_sim_habit_odds_ratio'] = r; J['saas_sim_leak_demo'] = dict(auc_of_offboarding_tickets_in_label_month=round(roc_auc_score(L.y, L.leak), 4)); json.dump(J, open('reference/models.json', 'w'), indent=1); print(r, J['saas_sim_leak_demo'])
