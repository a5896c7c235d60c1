const LOOPBACK = /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/**
 * Whether a host name, as URLs write it, or the address of a socket is this very machine.
 * What is sent there crosses no network.
 */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
