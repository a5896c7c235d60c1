import { ChartFigure } from '../../ui/charts/ChartFigure.tsx';
import type { Tone } from '../../ui/messages/Badge.tsx';

interface Props {
  /** The finding, as a sentence. */
  title: string;
  /** The places, in the order that a thing passes them. */
  stages: readonly { name: string; detail: string; note?: string }[];
  /** The ways between them: one less than places. Without a figure nothing was checked there. */
  arrows: readonly { action: string; figure: string | null; tone: Tone }[];
}

type Stage = Props['stages'][number];
type Arrow = Props['arrows'][number];

const NOT_CHECKED = 'not checked';

/** SVG does not wrap: what is too long for its place is in the title and in the table in full. */
const shorten = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

const said = ({ action, figure }: Arrow) => `${action}: ${figure ?? NOT_CHECKED}`;

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

function Box({ stage, place, letters }: { stage: Stage; place: Place; letters: number }) {
  const { x, y, width, height } = place;
  const lines = [stage.detail, ...(stage.note ? [stage.note] : [])];
  const first = y + height / 2 - lines.length * 8 + 5;
  return (
    <g class="flow-stage">
      <title>{[stage.name, ...lines].join(' · ')}</title>
      <rect x={x} y={y} width={width} height={height} rx="6" />
      <text class="flow-name" x={x + width / 2} y={first}>
        {shorten(stage.name, letters)}
      </text>
      {lines.map((line, index) => (
        <text key={line} class="flow-detail" x={x + width / 2} y={first + 16 * (index + 1)}>
          {shorten(line, letters + 2)}
        </text>
      ))}
    </g>
  );
}

/** A line with a head at its end, and its words. */
function Way({ arrow, line, head, words }: { arrow: Arrow; line: string; head: string; words: [number, number][] }) {
  const { action, figure, tone } = arrow;
  const [first, second] = words;
  return (
    <g class="flow-way" data-tone={tone} data-unchecked={figure === null ? '' : undefined}>
      <title>{said(arrow)}</title>
      <path class="flow-line" d={line} />
      <path class="flow-head" d={head} />
      <text class="flow-detail" x={first?.[0]} y={first?.[1]}>
        {action}
      </text>
      <text class="flow-figure" x={second?.[0]} y={second?.[1]}>
        {shorten(figure ?? NOT_CHECKED, 26)}
      </text>
    </g>
  );
}

const WIDE = { width: 132, height: 76, gap: 124, top: 12 };
const TALL = { width: 250, height: 60, gap: 60, across: 320 };

function Wide({ stages, arrows, label }: Omit<Props, 'title'> & { label: string }) {
  const { width, height, gap, top } = WIDE;
  const middle = top + height / 2;
  return (
    <svg
      class="flow-wide"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${stages.length * (width + gap) - gap + 2} ${height + 2 * top}`}
    >
      {stages.map((stage, index) => (
        <Box key={index} stage={stage} place={{ x: 1 + index * (width + gap), y: top, width, height }} letters={19} />
      ))}
      {arrows.map((arrow, index) => {
        const start = 1 + index * (width + gap) + width;
        const end = start + gap - 6;
        return (
          <Way
            key={index}
            arrow={arrow}
            line={`M ${start + 6} ${middle} H ${end - 5}`}
            head={`M ${end - 7} ${middle - 5} L ${end} ${middle} L ${end - 7} ${middle + 5} Z`}
            words={[
              [start + gap / 2, middle - 10],
              [start + gap / 2, middle + 20],
            ]}
          />
        );
      })}
    </svg>
  );
}

function Tall({ stages, arrows, label }: Omit<Props, 'title'> & { label: string }) {
  const { width, height, gap, across } = TALL;
  const middle = across / 2;
  return (
    <svg
      class="flow-tall"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${across} ${stages.length * (height + gap) - gap + 2}`}
    >
      {stages.map((stage, index) => (
        <Box
          key={index}
          stage={stage}
          place={{ x: middle - width / 2, y: 1 + index * (height + gap), width, height }}
          letters={36}
        />
      ))}
      {arrows.map((arrow, index) => {
        const start = 1 + index * (height + gap) + height;
        const end = start + gap - 4;
        return (
          <Way
            key={index}
            arrow={arrow}
            line={`M ${middle} ${start + 4} v 6 M ${middle} ${end - 14} V ${end - 6}`}
            head={`M ${middle - 5} ${end - 7} L ${middle} ${end} L ${middle + 5} ${end - 7} Z`}
            words={[
              [middle, start + 23],
              [middle, start + 38],
            ]}
          />
        );
      })}
    </svg>
  );
}

/** Through which places a thing goes, beside each other where there is room and below each other where there is not. */
export function FlowDiagram({ title, stages, arrows }: Props) {
  const rows = arrows.map(({ action, figure }, index): [string, string] => [
    `${stages[index]?.name} → ${stages[index + 1]?.name}`,
    `${action}: ${figure ?? NOT_CHECKED}`,
  ]);
  const label = [
    stages.map(({ name, detail, note }) => [name, detail, note].filter(Boolean).join(', ')).join('; then '),
    ...arrows.map(said),
  ].join('. ');
  return (
    <ChartFigure title={title} columns={['From and to', 'What the last check found']} rows={rows}>
      <div class="flow">
        <Wide stages={stages} arrows={arrows} label={label} />
        <Tall stages={stages} arrows={arrows} label={label} />
      </div>
    </ChartFigure>
  );
}
