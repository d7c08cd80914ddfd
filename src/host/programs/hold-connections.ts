import { connect } from 'node:net'
import type { NetConnectOpts } from 'node:net'
import { RealClock } from '../../kernel/clock.ts'
import { workerProgram } from './program-link.ts'

interface Order {
  readonly to: NetConnectOpts
  readonly count: number
}

/** Opened so many at a time: a target's queue of connects is short. */
const AT_ONCE = 50
/** One that was closed or refused is tried again after this. */
const AGAIN_MS = 250
const REPORT_MS = 200

const clock = new RealClock()

workerProgram<Order>(({ to, count }, report) => {
  let open = 0
  let opening = 0
  let refused = 0
  let waiting = count
  const more = (): void => {
    while (waiting > 0 && opening < AT_ONCE) {
      waiting--
      opening++
      hold()
    }
  }
  const hold = (): void => {
    let connected = false
    const socket = connect(to)
    socket.on('error', () => socket.destroy())
    socket.once('connect', () => {
      connected = true
      opening--
      open++
      more()
    })
    // What it says is read and thrown away, so that it sees a peer that is there.
    socket.resume()
    socket.once('close', () => {
      if (connected) open--
      else {
        opening--
        refused++
      }
      clock.at(clock.now() + AGAIN_MS, () => {
        waiting++
        more()
      })
    })
  }
  const tell = (): void => {
    report({ open, refused })
    clock.at(clock.now() + REPORT_MS, tell)
  }
  more()
  tell()
})
