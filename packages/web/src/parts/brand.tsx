// The name and its mark, on every page and before anybody is in.
import { to } from '../address.ts'

const mark = new URL('../style/mark.svg', import.meta.url).href

export const Brand = () => (
  <a className="brand" href={to()}>
    <img src={mark} alt="" />
    Rekey
  </a>
)
