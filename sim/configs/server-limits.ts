/** What one peer may take of a server's time, memory and connections before it is dropped. */

export interface ServerLimits {
  /** TCP connections, those of devices too; what comes above is closed at once. 16,384 unless given. */
  readonly maxConnections: number;
  /** Devices; what comes above is a 503. 10,000 unless given. */
  readonly maxDevices: number;
  /** Of the request line and the headers together; above is a 431. 16 KiB unless given. */
  readonly maxHeaderBytes: number;
  /** From a connection, or the end of the request before, to the end of the headers; 15 s unless given. */
  readonly headersTimeoutMilliseconds: number;
  /** Until the end of the body; 60 s unless given. */
  readonly requestTimeoutMilliseconds: number;
  /** From the end of the headers until the operating system has the whole answer; 60 s unless given. */
  readonly answerTimeoutMilliseconds: number;
}

export const defaultServerLimits: ServerLimits = {
  maxConnections: 16_384,
  maxDevices: 10_000,
  maxHeaderBytes: 16_384,
  headersTimeoutMilliseconds: 15_000,
  requestTimeoutMilliseconds: 60_000,
  answerTimeoutMilliseconds: 60_000,
};
