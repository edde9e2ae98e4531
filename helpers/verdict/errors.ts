/** A claim about Zeebe was refuted: throw it from a test body or from afterAll and the experiment's verdict is failed. */
export class ClaimRefuted extends Error {
  // vitest and Allure tell a failed claim from broken machinery by this name alone
  override readonly name = 'AssertionError';
}

/** The experiment itself is invalid: thrown anywhere, also beside a refuted claim, it makes the verdict broken. */
export class ExperimentInvalid extends Error {
  override readonly name: string = 'ExperimentInvalid';
}

/** A fault was put in and its effect was never seen, or was gone before the fault was lifted. */
export class FaultWithoutEffect extends ExperimentInvalid {
  override readonly name = 'FaultWithoutEffect';
}
