/** The first screen. It says what this version can do, and no more. */
export function Welcome() {
  return (
    <main>
      <h1>Vision Studio CRM</h1>
      <p>
        This build of the extension shows no leads yet. Until it does, read them with the psql line of the terminal.
      </p>
    </main>
  );
}
