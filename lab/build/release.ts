/** A Zeebe release that the user brings as an archive; this project neither fetches nor ships one. */
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { InvalidSetting } from '../../helpers/settings.ts';

export interface Release {
  /** The path of the archive. */
  readonly archive: string;
  /** The one folder that it unpacks to: `camunda-zeebe-8.5.8`. */
  readonly folder: string;
  /** What that folder's name says: `8.5.8`. */
  readonly version: string;
}

/** The programs that the lab starts; every release from 8.5 on has both. */
const PROGRAMS = ['bin/broker', 'bin/gateway'];

/**
 * Looks into an archive as Zeebe's downloads are laid out: `camunda-zeebe-<version>/bin/broker` and `…/bin/gateway`.
 *
 * @throws InvalidSetting if the path is not such an archive
 */
export async function releaseIn(archive: string): Promise<Release> {
  const found = existsSync(archive) ? await content(archive) : 'no file';
  const folder = Array.isArray(found) ? folderWithPrograms(found) : undefined;
  if (folder === undefined)
    throw new InvalidSetting(
      `CHAOS_LAB_ENGINE is expected to be \`open\` or the path of a Zeebe release archive with camunda-zeebe-<version>/${PROGRAMS.join(' and ')} in it; at ${archive} there is ${Array.isArray(found) ? 'an archive without them' : found}.`,
    );
  return { archive, folder, version: folder.replace(/^camunda-zeebe-/, '') };
}

async function content(archive: string): Promise<string[] | 'no archive'> {
  const { stdout, failed } = await execa('tar', ['-tf', archive], { reject: false });
  return failed ? 'no archive' : stdout.split('\n').map((name) => name.replace(/^\.\//, ''));
}

function folderWithPrograms(names: string[]): string | undefined {
  const folders = names.flatMap((name) => /^(camunda-zeebe-\d[^/]*)\/bin\/broker$/.exec(name)?.[1] ?? []);
  return folders.find((folder) => PROGRAMS.every((program) => names.includes(`${folder}/${program}`)));
}
