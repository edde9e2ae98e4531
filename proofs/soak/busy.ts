/** Processes that keep the machine's processors busy, as `stress --cpu` does. */
import { execa } from 'execa';

/** Works beside `count` busy processes, and ends them with it. */
export async function besideBusy<T>(count: number, work: () => Promise<T>): Promise<T> {
  const busy = Array.from({ length: count }, () =>
    execa('sh', ['-c', 'while :; do :; done'], { reject: false, stdio: 'ignore', cleanup: true }),
  );
  try {
    return await work();
  } finally {
    for (const process of busy) process.kill();
    await Promise.all(busy);
  }
}
