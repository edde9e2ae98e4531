/** What a history says against Zeebe, in sentences. */
import type { HistoryReport } from './history.ts';
import type { Key } from '../zeebe/keys.ts';

const AT_MOST = 10;

/** One sentence for each promise that a history shows broken; empty = all were kept. */
export function brokenPromises(report: HistoryReport): string[] {
  const sentence = (keys: readonly Key[], one: string, more: string) =>
    keys.length === 0 ? [] : [`${keys.length} ${keys.length === 1 ? one : more}: ${listed(keys)}.`];
  return [
    ...sentence(report.lost, 'acknowledged instance was lost', 'acknowledged instances were lost'),
    ...sentence(
      report.stuck,
      'acknowledged instance is active, but its job was never handed out',
      'acknowledged instances are active, but their jobs were never handed out',
    ),
    ...sentence(
      report.unfinished,
      'instance was seen, but no completion of it was answered',
      'instances were seen, but no completion of them was answered',
    ),
    ...sentence(
      report.completedTwice,
      'instance had its completion acknowledged more than once',
      'instances had their completion acknowledged more than once',
    ),
    ...sentence(
      report.duplicated,
      'instance was made by a request that had made one already',
      'instances were made by requests that had made one already',
    ),
    ...sentence(
      report.unasked,
      'instance was seen that nobody was told of or that was rejected',
      'instances were seen that nobody was told of or that were rejected',
    ),
    ...sentence(
      report.sharedKeys,
      'key was given to more than one request',
      'keys were given to more than one request',
    ),
  ];
}

function listed(keys: readonly Key[]): string {
  const rest = keys.length - AT_MOST;
  return keys.slice(0, AT_MOST).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
