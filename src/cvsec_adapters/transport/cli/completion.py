"""`cvsec completion`: what makes a shell complete commands, options and ids."""

import click
from click.shell_completion import get_completion_class

HOW = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/completions/cvsec.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(list(HOW)), default="bash")
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    r"""Print the completion script for a shell.

    \b
    bash: cvsec completion bash >> ~/.bashrc
    zsh:  cvsec completion zsh >> ~/.zshrc
    fish: cvsec completion fish > ~/.config/fish/completions/cvsec.fish
    """
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101  # click has these three
    root = ctx.find_root().command
    script = found(root, {}, "cvsec", "_CVSEC_COMPLETE").source()
    click.echo(f"# For {HOW[shell]}\n{script}")
