const ours = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_checkpoints: 'off',
  // People's data is in statements, parameters, error messages and their details alike. The client gets all of them;
  // the log file gets the server's own messages only: "log" stands above "error" in this setting's order.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

/**
 * The options postgres is started with. They go on its command line, so that root never writes into the folder of the
 * unprivileged account, where a planted link could lead the write anywhere.
 * @param extra settings that come on top, for tests
 * @returns the value of pg_ctl's `-o`, which pg_ctl pastes into a shell command
 */
export function serverOptions(port: number, extra: Record<string, string>): string {
  const windows = process.platform === 'win32';
  const quote = (text: string) => (windows ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`);
  const options = Object.entries({ ...ours, port: String(port), ...extra }).map(
    ([name, value]) => `-c ${quote(`${name}=${value}`)}`,
  );
  // The shell fills in the folder from the environment, whatever characters are in its path.
  const folder = windows ? '-D "%PGDATA%"' : '-D "$PGDATA"';
  return [folder, ...options].join(' ');
}
