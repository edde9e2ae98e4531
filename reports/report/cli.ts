/** `npm run report`: makes the HTML report of the last run, and opens it where there is a screen. */
import { execa } from 'execa';
import { reportsFolder } from '../../helpers/settings.ts';
import { makeReport } from './make.ts';

try {
  const page = await makeReport(reportsFolder());
  console.log(`The report: ${page}`);
  if (process.stdout.isTTY && (process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']))
    await execa('xdg-open', [page], { reject: false });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
