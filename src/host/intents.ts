import { mkdir, open, readFile, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from './identity.ts'
import type { UndoStep } from './undo.ts'

/** What is about to be taken and how it is given back: on disk before anything is taken. */
export interface Intent {
  readonly version: 1
  readonly id: string
  readonly kind: string
  readonly owner: string
  /** The daemon that takes it. */
  readonly daemon: Identity
  /** What its process ids, and those of the steps, are counted in. */
  readonly ids: string
  readonly undo: readonly UndoStep[]
}

const NAME = /^host_[0-9a-z]{12}\.json$/

/** The records of what is taken now, one file each, in a folder of `data_dir`. */
export class Intents {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'host')
  }

  get folder(): string {
    return this.#folder
  }

  /** Settles when it is on the disk itself: a record that a power cut forgets is none. */
  async write(intent: Intent): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const path = this.#path(intent.id)
    const file = await open(`${path}.new`, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(intent))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
    await this.#sync()
  }

  async remove(id: string): Promise<void> {
    await unlink(this.#path(id)).catch(missing)
  }

  /** Those on record. What cannot be read is told by its file's name and left where it is. */
  async read(): Promise<{ readonly intents: readonly Intent[]; readonly unreadable: readonly string[] }> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException): string[] => {
      missing(error)
      return []
    })
    const intents: Intent[] = []
    const unreadable: string[] = []
    for (const name of names.filter((one) => NAME.test(one))) {
      const path = join(this.#folder, name)
      const text = await readFile(path, 'utf8').catch(() => undefined)
      // Somebody else has undone it meanwhile.
      if (text === undefined) continue
      const intent = parse(text, name)
      if (intent === undefined) unreadable.push(path)
      else intents.push(intent)
    }
    // One that was never renamed was never acted on.
    for (const name of names.filter((one) => one.endsWith('.json.new')))
      await unlink(join(this.#folder, name)).catch(missing)
    return { intents, unreadable }
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`)
  }

  async #sync(): Promise<void> {
    const folder = await open(this.#folder, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}

function missing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function parse(text: string, name: string): Intent | undefined {
  try {
    const intent = JSON.parse(text) as Partial<Intent>
    const sound =
      intent.version === 1 && `${String(intent.id)}.json` === name && Array.isArray(intent.undo) && isIdentity(intent)
    return sound ? (intent as Intent) : undefined
  } catch {
    return undefined
  }
}

const isIdentity = ({ daemon }: Partial<Intent>): boolean =>
  Number.isSafeInteger(daemon?.pid) && Number.isSafeInteger(daemon?.start)
