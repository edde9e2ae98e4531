/** What Pod Security admits to a namespace. */

/** The level that is enforced in a namespace with these labels; `privileged`, that is anything, where none is named. */
export function podSecurityOf(labels: Readonly<Record<string, string>>): string {
  return labels['pod-security.kubernetes.io/enforce'] ?? 'privileged';
}
