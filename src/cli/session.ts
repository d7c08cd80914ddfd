import { FaultlineClient } from '../client/client.ts'
import { MisuseError } from './misuse.ts'
import { printFields, printTable, type Terminal } from './terminal.ts'

/** What every command takes. */
export interface GlobalArgs {
  readonly url?: string | undefined
  readonly token?: string | undefined
  readonly json?: boolean | undefined
  readonly scope?: string | undefined
}

/** No id of a scope looks like this; with `--scope` it takes FAULTLINE_SCOPE back. */
const DEFAULT_SCOPE = 'default'

const given = (env: NodeJS.ProcessEnv, name: string): string | undefined => (env[name] === '' ? undefined : env[name])

/** One command at work: the daemon it speaks to and the terminal it writes to. */
export class Session {
  readonly terminal: Terminal
  readonly json: boolean
  readonly env: NodeJS.ProcessEnv
  readonly token: string | undefined
  /** What stands behind `--`. */
  readonly words: readonly string[]
  /** Whether somebody said where the daemon is. */
  readonly daemonNamed: boolean
  /** The daemon as a whole: its default scope. */
  readonly daemon: FaultlineClient
  /** What the command is about: the scope that was named, else the default one. */
  readonly client: FaultlineClient

  constructor(
    terminal: Terminal,
    { url, token, json, scope }: GlobalArgs,
    env: NodeJS.ProcessEnv,
    words: readonly string[] = [],
  ) {
    this.words = words
    this.terminal = terminal
    this.json = json === true
    this.env = env
    this.token = token ?? given(env, 'FAULTLINE_TOKEN')
    this.daemonNamed = url !== undefined || given(env, 'FAULTLINE_URL') !== undefined
    this.daemon = open(url ?? defaultUrl(env), this.token)
    const id = scope ?? given(env, 'FAULTLINE_SCOPE') ?? DEFAULT_SCOPE
    this.client = id === DEFAULT_SCOPE ? this.daemon : this.daemon.within(id)
  }

  /** The answer as it came with --json, else as the command puts it. */
  show(answer: object, print: () => void): void {
    if (this.json) this.terminal.out(JSON.stringify(answer, undefined, this.terminal.isTty ? 2 : undefined))
    else print()
  }

  line(text: string): void {
    this.terminal.out(text)
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    printTable(this.terminal, head, rows)
  }

  fields(fields: readonly (readonly [name: string, value: string])[]): void {
    printFields(this.terminal, fields)
  }
}

function open(url: string, token: string | undefined): FaultlineClient {
  try {
    return new FaultlineClient({ url: /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`, token })
  } catch {
    throw new MisuseError(
      `${JSON.stringify(url)} is no URL of a daemon`,
      'Write it as http://host:port (--url or FAULTLINE_URL).',
    )
  }
}

/** Without a URL: the daemon that these same settings would start, so that a container can ask for its own health. */
function defaultUrl(env: NodeJS.ProcessEnv): string {
  const url = given(env, 'FAULTLINE_URL')
  if (url !== undefined) return url
  const port = /^\d+$/.test(env['FAULTLINE_PORT'] ?? '') ? env['FAULTLINE_PORT'] : '8474'
  const host = env['FAULTLINE_HOST'] ?? ''
  const reachable = ['', '0.0.0.0', '::', '[::]'].includes(host) ? '127.0.0.1' : host
  return `http://${reachable.includes(':') && !reachable.startsWith('[') ? `[${reachable}]` : reachable}:${port}`
}
