/** Where an experiment is documented, for those who read its report. */
import path from 'node:path';

const CATALOGUE = 'docs/experiments.md';

/** The part of a link to a page on GitHub or GitLab that leads to a heading of it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

/**
 * The address of an experiment's section in the catalogue: on the server of the pipeline that runs it, at its commit, as GitHub
 * Actions and GitLab CI tell both in the environment; or else in this checkout, relative to the page.
 *
 * @param experiment `production-m/leader-terminate`
 * @param out the folder of reports, which has the page in `report`
 */
export function docsLinkOf(experiment: string, out: string, env: NodeJS.ProcessEnv = process.env): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA, CI_PROJECT_URL, CI_COMMIT_SHA } = env;
  const section = `${CATALOGUE}#${anchorOf(experiment)}`;
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_SHA)
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${GITHUB_SHA}/${section}`;
  if (CI_PROJECT_URL && CI_COMMIT_SHA) return `${CI_PROJECT_URL}/-/blob/${CI_COMMIT_SHA}/${section}`;
  return path.posix.join(path.relative(path.join(out, 'report'), '.').replaceAll(path.sep, '/'), section);
}
