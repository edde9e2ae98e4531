/** How much of each of several texts goes into a report. */

/**
 * The greatest length to which all texts can be cut, so that together they are no longer than `total`; Infinity where
 * nothing needs to be cut.
 *
 * @param lengths of the texts, in characters
 */
export function shareOf(lengths: readonly number[], total: number): number {
  let left = total;
  const inOrder = lengths.toSorted((a, b) => a - b);
  for (const [n, length] of inOrder.entries()) {
    const share = Math.floor(left / (inOrder.length - n));
    if (length > share) return share;
    left -= length;
  }
  return Infinity;
}
