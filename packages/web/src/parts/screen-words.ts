// What the control plane says to whoever asks by program, as it is said on a screen, where a button or link stands beside it.

/** `Or answer for it: POST /kills/:id/dismiss.` becomes `Or answer for it.` */
export function forScreen(text: string): string {
  return text
    .replace(/: (GET|POST|PUT|PATCH|DELETE) \/\S*?(?=\.?(\s|$))/g, '')
    .replace(/GET (\/api\/v1)?\/kills(?=\s)/g, 'the page of the kill')
}
