/** What is used of the WebSocket that the Kubernetes client hands out. */
export interface WebSocketEnd {
  on(event: 'close' | 'error', listener: () => void): unknown;
  close(): void;
}
