/** Whether what answers is Zeebe or something else is in the version that its gateway tells. */

/** The engine behind a gateway's version: `8.5.8` is `Zeebe 8.5.8`, `zeebe-chaos-engine/0.1.0` is `zeebe-chaos-engine 0.1.0`. */
export function engineName(gatewayVersion: string): string {
  return /^\d/.test(gatewayVersion) ? `Zeebe ${gatewayVersion}` : gatewayVersion.replace('/', ' ');
}

/** Whether an engine of that name is Zeebe. */
export function isZeebe(engine: string): boolean {
  return engine.startsWith('Zeebe ');
}
