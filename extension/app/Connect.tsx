import { useMemo, useState } from 'preact/hooks';
import { Button } from '../ui/buttons/Button.tsx';
import { Disclosure } from '../ui/content/Disclosure.tsx';
import { Checkbox } from '../ui/fields/Checkbox.tsx';
import { TextField } from '../ui/fields/TextField.tsx';
import { Notice } from '../ui/messages/Notice.tsx';
import type { App } from './app.ts';
import { createConnect } from './connect.ts';

/** The first screen of a newcomer, and where a sign-in that ended leads back to. */
export function Connect({ app }: { app: App }) {
  const { reason, known } = app;
  const connect = useMemo(() => createConnect({ onConnected: app.connected }), [app]);
  const [code, setCode] = useState('');
  const [address, setAddress] = useState('');
  const [key, setKey] = useState('');
  const [project, setProject] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [stay, setStay] = useState(false);
  const [way, setWay] = useState<'code' | 'key' | 'supabase'>('code');
  const busy = connect.busy.value;
  const errors = connect.errors.value;
  const errorOf = (field: keyof typeof errors, form: typeof way) =>
    way === form && errors[field] ? { error: errors[field] } : {};
  const formError = (form: typeof way) => way === form && errors.form && <Notice tone="danger">{errors.form}</Notice>;
  const submit = (form: typeof way, send: () => Promise<void>) => (event: Event) => {
    event.preventDefault();
    setWay(form);
    void send();
  };

  return (
    <main class="screen connect">
      <header class="stack connect-title">
        <img src="/icon/48.png" width="40" height="40" alt="" />
        <h1>Vision Studio CRM</h1>
        <p class="secondary">See and work your leads on any tab. What you see is what is stored.</p>
      </header>

      {reason.value && <Notice tone="warning">{reason.value}</Notice>}

      <form class="stack" noValidate onSubmit={submit('code', () => connect.connectWithCode(code, stay))}>
        <TextField
          label="Connection code"
          value={code}
          onInput={setCode}
          placeholder="vs1_…"
          autocomplete="off"
          spellcheck={false}
          {...errorOf('code', 'code')}
        />
        {formError('code')}
        <Checkbox
          label="Stay signed in"
          hint="Otherwise the key is forgotten when the browser closes."
          checked={stay}
          onChange={setStay}
        />
        <Button variant="primary" type="submit" busy={busy && way === 'code'}>
          Connect
        </Button>
      </form>

      <Disclosure summary="Where do I find it?">
        <p>
          The terminal prints it when <code>npm start</code> is ready:
        </p>
        <pre class="mono">connection code: vs1_…</pre>
        <p>
          On the same machine, the page <code>/connect</code> of the API shows it too, for example{' '}
          <code>http://127.0.0.1:8787/connect</code>.
        </p>
      </Disclosure>

      <Disclosure summary="Connect to Supabase">
        <form
          class="stack"
          noValidate
          onSubmit={submit('supabase', () => connect.connectToSupabase(project, email, password, stay))}
        >
          <TextField
            label="URL"
            type="url"
            value={project}
            onInput={setProject}
            placeholder="https://your-project.supabase.co"
            autocomplete="url"
            spellcheck={false}
            {...errorOf('address', 'supabase')}
          />
          <TextField
            label="Email"
            type="email"
            value={email}
            onInput={setEmail}
            autocomplete="username"
            {...errorOf('email', 'supabase')}
          />
          <TextField
            label="Password"
            type="password"
            value={password}
            onInput={setPassword}
            autocomplete="current-password"
            {...errorOf('password', 'supabase')}
          />
          {formError('supabase')}
          <Button variant="secondary" type="submit" busy={busy && way === 'supabase'}>
            Sign in
          </Button>
        </form>
      </Disclosure>

      <Disclosure summary="Use an address and a key">
        <form class="stack" noValidate onSubmit={submit('key', () => connect.connectWithKey(address, key, stay))}>
          <TextField
            label="Address of the API"
            type="url"
            value={address}
            onInput={setAddress}
            placeholder="https://crm.example.com"
            autocomplete="url"
            spellcheck={false}
            {...errorOf('address', 'key')}
          />
          <TextField
            label="Key"
            type="password"
            value={key}
            onInput={setKey}
            autocomplete="off"
            {...errorOf('key', 'key')}
          />
          {formError('key')}
          <Button variant="secondary" type="submit" busy={busy && way === 'key'}>
            Sign in with key
          </Button>
        </form>
      </Disclosure>

      {known.value.length > 0 && (
        <section class="stack" aria-label="Your connections">
          <h2>Your connections</h2>
          {known.value.map((connection) => (
            <div class="row spread" key={connection.id}>
              <span class="truncate">
                {connection.name} <span class="caption">{connection.account ?? new URL(connection.url).host}</span>
              </span>
              <Button variant="quiet" onClick={() => void app.switchTo(connection.id)}>
                Open
              </Button>
            </div>
          ))}
        </section>
      )}
    </main>
  );
}
