/** A claim about Zeebe was refuted: throw it from a test body or from afterAll and the experiment's verdict is failed. */
export class ClaimRefuted extends Error {
  // vitest and Allure tell a failed claim from broken machinery by this name alone
  override readonly name = 'AssertionError';
}

/** The experiment itself is invalid: thrown anywhere, also beside a refuted claim, it makes the verdict broken. */
export class ExperimentInvalid extends Error {
  override readonly name: string = 'ExperimentInvalid';
}

/**
 * Something could not be undone or taken away: told apart from the verdict, which it makes broken only where the claim
 * was not refuted before.
 */
export class CleanupTrouble extends Error {
  override readonly name = 'CleanupTrouble';
}

/** Does what cleans up, and throws CleanupTrouble with a title for whatever it throws. */
export async function cleaningUp(title: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new CleanupTrouble(`${title}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Thrown for a setting that cannot be used; the message is one sentence a user can act on. */
export class InvalidSetting extends Error {
  override readonly name = 'InvalidSetting';
}

/** A fault was put in and its effect was never seen, or was gone before the fault was lifted. */
export class FaultWithoutEffect extends ExperimentInvalid {
  override readonly name = 'FaultWithoutEffect';
}

/** The cluster cannot have a fault where it is to go in, for a reason that is nobody's mistake: the experiment is skipped. */
export class FaultUnavailable extends Error {
  override readonly name = 'FaultUnavailable';
}
