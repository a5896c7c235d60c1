import type { Context } from 'hono';
import { z } from 'zod';
import {
  type CaptureRequest,
  captureReply,
  captureRequest,
  heldReply,
  type Suspicion,
} from '../../../shared/contract/capture.ts';
import { FORM } from '../../../shared/contract/changes.ts';
import type { ErrorReply } from '../../../shared/contract/errors.ts';
import { leadId } from '../../../shared/contract/lead.ts';
import { DECOY, LINKS_BEFORE_HELD } from '../../../shared/contract/limits.ts';
import { receipt } from '../../../shared/contract/receipt.ts';
import type { Json } from '../../database/database.ts';
import { ApiError, errorResponse } from '../../errors.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { visitorNetwork } from '../request/address.ts';
import { decodeText, mediaType, parseJson, readBody } from '../request/body.ts';
import { returnPage } from '../request/return-page.ts';
import { FORM_TYPES, readForm } from '../request/submission-form.ts';
import { idempotencyHeader, validateSubmission } from '../request/validate.ts';
import { type Route, route } from '../route.ts';

const JSON_TYPES = ['application/json', 'text/plain'] as const;

const outcome = z.union([
  z.object({ leadId, receipt, replayed: z.boolean() }),
  z.object({ heldId: z.string(), receipt, replayed: z.boolean() }),
]);

/** Reasons to let a person look first. None of them refuses: people paste links, and some autofill fills everything. */
function suspicions(submission: CaptureRequest): Suspicion[] {
  const found: Suspicion[] = [];
  if (submission[DECOY]) found.push('decoy_filled');
  const typed = [submission.name, submission.message, ...Object.values(submission.fields ?? {})].join('\n');
  if ((typed.match(/https?:\/\/|(?<!\/\/)\bwww\./gi)?.length ?? 0) > LINKS_BEFORE_HELD) found.push('many_links');
  return found;
}

/** POST /leads: the one public write. Acknowledged only after COMMIT, with a receipt. */
export function captureRoutes({ config, database, remoteAddress, home }: Deps): Route[] {
  async function capture(context: Context<AppEnv>, submission: CaptureRequest) {
    const { submissionId: id, [DECOY]: _, ...lead } = submission;
    const address = remoteAddress(context);
    const payload = {
      lead,
      address: address && visitorNetwork(address),
      limits: { perAddress: config.RATE_LIMIT_PER_IP, perService: config.RATE_LIMIT_GLOBAL },
      suspicions: suspicions(submission),
      actor: FORM,
      ...(id && { submissionId: id }),
    };
    return outcome.parse(await database.call('crm_capture_lead', payload as Json));
  }

  function checkOrigin(context: Context<AppEnv>): void {
    const origin = context.req.header('Origin');
    if (!config.ALLOWED_ORIGINS || !origin || config.ALLOWED_ORIGINS.includes(origin)) return;
    // Our own pages, by the Host header alone: a script on any site may send X-Forwarded-Host, but never another Host.
    if (!URL.canParse(origin) || new URL(origin).host !== new URL(context.req.url).host) {
      throw new ApiError(
        'forbidden',
        'Forms on this site may not post here. Its owner can add the site to ALLOWED_ORIGINS.',
        { reason: 'origin_refused' },
      );
    }
  }

  async function read(context: Context<AppEnv>): Promise<CaptureRequest> {
    const { raw } = context.req;
    const isForm = isFormType(mediaType(raw, [...JSON_TYPES, ...FORM_TYPES]));
    checkOrigin(context);
    const body = await readBody(raw);
    const input = isForm ? await readForm(body, raw.headers.get('Content-Type') ?? '') : parseJson(decodeText(body));
    return validateSubmission(captureRequest, input, raw.headers);
  }

  return [
    route(
      {
        method: 'POST',
        path: '/leads',
        summary: 'Capture a lead',
        who: 'everybody',
        headers: idempotencyHeader,
        body: captureRequest,
        example: { email: 'ann@example.com', name: 'Ann Lee', message: 'A new kitchen, please.' },
        bodyTypes: ['text/plain', ...FORM_TYPES],
        read,
        replies: {
          200: z.union([captureReply, heldReply]),
          201: captureReply,
          202: heldReply,
          303: 'A plain form post goes back to its page',
        },
        errors: ['forbidden', 'idempotency_mismatch', 'rate_limited'],
      },
      async ({ context, body }) => {
        const { replayed, ...stored } = await capture(context, body);
        if (replayed) context.header('Idempotent-Replayed', 'true');
        if (wantsPage(context)) {
          const page = returnPage(context.req.raw, body.page) ?? (home && '/#lead-form-sent');
          if (page) return context.body(null, 303, { Location: page });
        }
        if ('heldId' in stored) return context.json({ success: true, held: true, ...stored }, replayed ? 200 : 202);
        return context.json({ success: true, ...stored }, replayed ? 200 : 201);
      },
    ),
  ];
}

const isFormType = (type: string) => (FORM_TYPES as readonly string[]).includes(type);

/** Whether a plain form was posted, whose sender sees the reply as a page. */
function wantsPage({ req }: Context): boolean {
  const type = req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return isFormType(type) && !req.header('Accept')?.startsWith('application/json');
}

/** What a failed capture answers: text for a page without scripts, else the envelope. */
export function captureFailure(error: Error, context: Context<AppEnv>): Response | Promise<Response> {
  const requestId = context.get('requestId');
  return wantsPage(context) ? textFailure(error, requestId) : errorResponse(error, requestId);
}

/** A page without scripts shows this as it is; the browser's Back button brings back what was typed. */
async function textFailure(failure: Error, requestId: string): Promise<Response> {
  const response = errorResponse(failure, requestId);
  const { error }: ErrorReply = await response.json();
  // A failure on our side may have come after the COMMIT, and few plain forms have an id by which a repetition is known.
  const [fate, advice] =
    response.status < 500
      ? ['Your message was not sent.', 'Go back: what you typed is still in the form.']
      : [
          'Your message may not have arrived.',
          'Go back and send it again: what you typed is still in the form. At worst it arrives twice.',
        ];
  const text = `${fate}\n\n${error.message}\n\n${advice}\n\nRequest ${requestId}, ${error.code}.\n`;
  const headers = new Headers(response.headers);
  headers.set('Content-Type', 'text/plain; charset=utf-8');
  return new Response(text, { status: response.status, headers });
}
