"""The Textual app: screens and widgets that show a run and pass on what the player asks for. Computes no rule."""
