/** Python as the tests with pyzeebe need it. */
import { execa } from 'execa';
import { installPackages } from '../packages.ts';

/** What a fresh Debian lacks beside its Python. */
export const PYTHON_PACKAGES = ['python3', 'python3-venv'];

/** Makes sure that Python can make a virtual environment; throws naming the command where installs are switched off. */
export async function ensurePython(mayInstall: boolean): Promise<void> {
  const { failed } = await execa('python3', ['-c', 'import ensurepip, venv'], { reject: false });
  if (!failed) return;
  if (!mayInstall)
    throw new Error(
      `Python with venv is expected, and CHAOS_LAB_INSTALL=no: run \`apt-get install ${PYTHON_PACKAGES.join(' ')}\`.`,
    );
  await installPackages(PYTHON_PACKAGES);
}
