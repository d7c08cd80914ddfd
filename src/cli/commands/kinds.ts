import type { KindView } from '../../contract/api.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import type { Act, Program } from '../act.ts'
import type { Session } from '../session.ts'

export const kindCommands = (program: Program, act: Act): Program =>
  program.command(
    'kinds [kind]',
    'Kinds of faults there are, or the attributes and examples of one',
    (y) => y.positional('kind', { type: 'string', describe: 'Name of the kind' }),
    (args) =>
      act(args, async (session) => {
        if (args.kind === undefined) return list(session)
        const kind = await session.client.kind(args.kind)
        session.show(kind, () => printKind(session, kind))
      }),
  )

async function list(session: Session): Promise<void> {
  const answer = await session.client.kinds()
  session.show(answer, () =>
    session.table(
      ['KIND', 'LAYER', 'FIDELITY', 'SUMMARY'],
      answer.kinds.map(({ kind, layer, fidelity, summary }) => [kind, layer, fidelity, summary]),
    ),
  )
}

function printKind(session: Session, kind: KindView): void {
  session.fields([
    ['kind', kind.kind],
    ['summary', kind.summary],
    ['layer', kind.layer],
    ['fidelity', kind.fidelity],
    ...(kind.bytes === undefined ? [] : [['bytes', kind.bytes] as const]),
    ...(kind.reach === undefined ? [] : [['reach', kind.reach.join(' or ')] as const]),
    ...(kind.undo === undefined ? [] : [['undo', kind.undo] as const]),
  ])
  const properties = Object.entries(kind.attributes['properties'] as Readonly<Record<string, JsonSchema>>)
  if (session.terminal.isTty) session.line('')
  session.table(
    ['FLAG', 'TYPE', 'DEFAULT', 'ALLOWED', 'DESCRIPTION'],
    properties.map(([name, schema]) => [
      `--${name.replaceAll('_', '-')}`,
      typeOf(schema),
      schema['default'] === undefined ? '-' : JSON.stringify(schema['default']),
      allowedOf(schema),
      String(schema['description'] ?? ''),
    ]),
  )
  if (!session.terminal.isTty) return
  const [command, end] = kind.layer === 'host' ? ['host begin', ' --for 30s'] : ['fault add <proxy>', '']
  for (const { title, attributes } of kind.examples) {
    session.line(`\n${title}:\n  faultline ${command} ${kind.kind}${flagsOf(attributes)}${end}`)
  }
  if (kind.notes !== undefined) session.line(`\n${kind.notes}`)
}

const UNITS: Readonly<Record<string, string>> = { ms: 'duration (ms)', us: 'duration (us)', bytes: 'size (bytes)' }

function typeOf(schema: JsonSchema): string {
  const unit = schema['x-unit']
  if (typeof unit === 'string') return UNITS[unit] ?? unit
  return schema['enum'] === undefined ? [schema['type']].flat().join(' or ') : 'word'
}

function allowedOf(schema: JsonSchema): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].join(', ')
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number }
  if (minimum === undefined && maximum === undefined) return '-'
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? `from ${minimum ?? '-'}`
    : `${minimum ?? '-'} to ${maximum}`
}

const flagsOf = (attributes: Readonly<Record<string, unknown>>): string =>
  Object.entries(attributes)
    .map(
      ([name, value]) =>
        ` --${name.replaceAll('_', '-')} ${typeof value === 'object' ? `'${JSON.stringify(value)}'` : String(value)}`,
    )
    .join('')
