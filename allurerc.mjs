/** How `npm run report` turns Allure results into one HTML file. */
import path from 'node:path';

const out = path.resolve(process.env.CHAOS_REPORTS || 'reports/out');
const categories = ['claim refuted', 'experiment invalid', 'cleanup trouble', 'precondition not met'];

export default {
  name: 'zeebe-chaos',
  output: path.join(out, 'report'),
  historyPath: path.join(out, 'history.jsonl'),
  appendHistory: process.env.REPORT_HISTORY !== 'keep',
  categories: { rules: categories.map((name) => ({ name, matchers: { labels: { category: name } } })) },
  plugins: {
    awesome: {
      options: { singleFile: true, reportName: 'zeebe-chaos', reportLanguage: 'en', groupBy: ['epic', 'story'] },
    },
  },
};
