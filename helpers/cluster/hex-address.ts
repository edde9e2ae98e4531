/** Addresses as the tables below /proc/net show them. */

/**
 * An IPv4 address from four bytes in hexadecimal, the last one first, as little-endian machines show it, or from the
 * sixteen of one that is mapped into IPv6.
 *
 * @example addressOf('020013C6') // '198.19.0.2'
 */
export function addressOf(hex: string): string {
  const bytes = hex.slice(-8).match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}
