// What a warm use() costs over calling the function itself, in this process, against a control plane that is there.
import { connect } from '@rekey/sdk'
import { median } from './read.ts'

export interface UseFigures {
  overUs: number
  overs: number[]
}

const calls = 200_000
const rounds = 7

export async function measureUse(url: string, join: string, credential: string): Promise<UseFigures> {
  const rekey = connect({ url, join })
  const documents = rekey.credential(credential)
  let seen = 0
  const work = async ({ version }: { version: number }) => {
    seen += version
  }
  try {
    for (let at = 0; at < 20_000; at++) await documents.use(work)
    const context = { version: 1 }
    const overs: number[] = []
    for (let round = 0; round < rounds; round++) {
      const direct = await timed(() => work(context))
      const used = await timed(() => documents.use(work))
      overs.push(((used - direct) * 1_000) / calls)
    }
    if (seen < calls * rounds * 2) throw new Error('the work was not done')
    return { overUs: median(overs), overs }
  } finally {
    await rekey.close()
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  for (let at = 0; at < calls; at++) await act()
  return performance.now() - beganMs
}
