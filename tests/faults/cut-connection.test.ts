import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderReply } from '../../shared/contract/order.ts';
import { userReply } from '../../shared/contract/user.ts';
import { newOrder, newUser } from '../contract/operations.ts';
import { waitUntil } from '../rig/eventually.ts';
import { createDataFolder, endProducts, type Product, startProduct } from '../rig/product.ts';
import { type Cut, startCuttingProxy } from './cutting-proxy.ts';
import { newLedger, newSubmission, post, type Submission } from './load.ts';
import { between, printedRandom, type Random } from './random.ts';
import { checkLeads, readLeads } from './set-checker.ts';

const ROUNDS = 60;

let product: Product;
let database: pg.Client;
let replyLength: number;
let random: Random;
const ledger = newLedger();
beforeAll(async () => {
  random = printedRandom('where connections are cut');
  product = await startProduct(await createDataFolder());
  database = new pg.Client({ connectionString: product.databaseUrl });
  await database.connect();
  const whole = newSubmission();
  ledger.attempted.add(whole.email);
  const request = writeRequest(whole, 'application/json').replace('\r\n', '\r\nConnection: close\r\n');
  replyLength = (await sendRaw(product.url, request)).length;
});
afterAll(async () => {
  await database.end();
  await endProducts();
});

// Two ways to write a submission. Cut short, a form is still a valid form.
const writings = {
  'application/json': (submission: Submission) => JSON.stringify(submission),
  'application/x-www-form-urlencoded': (submission: Submission) => new URLSearchParams({ ...submission }).toString(),
};
type Writing = keyof typeof writings;

describe.each<Cut['ending']>(['close', 'reset'])('a connection that ends with a %s', (ending) => {
  it('before anything was sent: nothing is stored, and the retry is stored', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const submission = newSubmission();
      await sendThrough({ ending, requestBytes: 0, replyBytes: 0 }, submission);
      expect(await isStored(submission)).toBe(false);
      await retry(submission, 'stored 201');
    }
  });

  it.each(Object.keys(writings) as Writing[])(
    'in the middle of a request (%s): half of one is never stored',
    async (type) => {
      for (let round = 0; round < ROUNDS; round++) {
        const submission = newLongSubmission();
        const request = writeRequest(submission, type);
        const requestBytes = between(random, 1, request.length - 1);
        await sendThrough({ ending, requestBytes, replyBytes: 0 }, submission, type);
        // A server that took the half would do so within these two requests, which come after it.
        expect((await fetch(`${product.url}/health`)).status).toBe(200);
        expect(await isStored(submission)).toBe(false);
        await retry(submission, 'stored 201');
      }
    },
  );

  it('after the lead was stored and before the reply: the retry gets the receipt, and there is one lead', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const submission = newSubmission();
      const until = () => waitUntil(() => isStored(submission));
      await sendThrough({ ending, replyBytes: 0, until }, submission);
      await retry(submission, 'replayed');
    }
  });

  it('in the middle of the reply: the retry gets the same receipt', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const submission = newSubmission();
      await sendThrough({ ending, replyBytes: between(random, 0, replyLength - 10) }, submission);
      await retry(submission, 'replayed');
    }
  });

  it('while the lead is being stored: whichever was first, the retry leaves one lead', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const submission = newSubmission();
      const until = () => new Promise((done) => setTimeout(done, random() * 10));
      await sendThrough({ ending, replyBytes: 0, until }, submission);
      await retry(submission, 'stored 201', 'replayed');
    }
  });
});

it.each<Cut['ending']>(['close', 'reset'])(
  'an order is stored and its reply is cut (%s): the retry gets the order, and there is one',
  async (ending) => {
    const headers = { Authorization: `Bearer ${product.adminKey}`, 'Content-Type': 'application/json' };
    const send = (url: string, path: string, body: unknown) =>
      fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const { user } = userReply.parse(await (await send(product.url, '/users', newUser())).json());
    const stored = async () =>
      (await database.query('select from kv_store_3cbf86a5 where value @> $1', [{ userId: user.id }])).rowCount ?? 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const order = newOrder(user.id, { submissionId: randomUUID() });
      const until = () => waitUntil(async () => (await stored()) === round);
      const proxy = await startCuttingProxy(product.url, { ending, replyBytes: 0, until });
      await expect(send(proxy.url, '/orders', order)).rejects.toThrow();
      await proxy.close();
      const again = await send(product.url, '/orders', order);
      expect(again.status).toBe(200);
      expect(orderReply.parse(await again.json()).order.userId).toBe(user.id);
      expect(await stored()).toBe(round);
    }
  },
);

it('leaves one lead for each submission, and reports nothing as failing on our side', async () => {
  await checkLeads(product, ledger);
  expect((await readLeads(product)).length).toBe(ledger.attempted.size);
  expect(product.stderr()).toBe('');
});

function newLongSubmission(): Submission & { message: string } {
  return { ...newSubmission(), message: 'Half of this would do. '.repeat(10) };
}

/** Sends a submission over a connection that is cut. */
async function sendThrough(cut: Cut, submission: Submission, type: Writing = 'application/json'): Promise<void> {
  ledger.attempted.add(submission.email);
  const proxy = await startCuttingProxy(product.url, cut);
  try {
    await sendRaw(proxy.url, writeRequest(submission, type));
  } finally {
    await proxy.close();
  }
}

/** Sends it again as the widget does, twice: the first reply is one of `expected`, and the receipt is always the same. */
async function retry(submission: Submission, ...expected: string[]): Promise<void> {
  const first = await post(product.url, submission);
  expect(expected).toContain(first.name);
  const second = await post(product.url, submission);
  expect(second).toEqual({ name: 'replayed', reply: first.reply });
  if (first.reply) ledger.acknowledged.set(submission.email, first.reply);
}

function writeRequest(submission: Submission, type: Writing): string {
  const body = writings[type](submission);
  const head = ['POST /leads HTTP/1.1', 'Host: example.com', `Content-Type: ${type}`, `Content-Length: ${body.length}`];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** Sends bytes and gives what came back until the connection ended. */
function sendRaw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((done) => {
    let received = '';
    connect(Number(port), hostname, function connected(this: Socket) {
      this.write(request);
    })
      .setEncoding('utf8')
      .on('data', (text) => {
        received += text;
      })
      .on('error', () => undefined)
      .on('close', () => done(received));
  });
}

async function isStored({ email }: Submission): Promise<boolean> {
  return database
    .query('select from kv_store_3cbf86a5 where value @> $1', [{ email }])
    .then(({ rowCount }) => rowCount === 1);
}
