namespace VaeSweep.Results;

/// <summary>What the reader's screen can show.</summary>
/// <param name="Ansi">It understands escape sequences (bold); false for files and pipes.</param>
/// <param name="Color">Colour is wanted, too.</param>
/// <param name="Width">Columns; <see cref="Unlimited"/> for files and pipes, where cutting text would lose it.</param>
public sealed record Terminal(bool Ansi, bool Color, int Width)
{
    public const int Unlimited = 10_000;

    /// <summary>A file or a pipe.</summary>
    public static Terminal Plain { get; } = new(Ansi: false, Color: false, Unlimited);
}
