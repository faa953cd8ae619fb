namespace VaeSweep.Results.Figures;

/// <summary>How wide text is in DejaVu Sans, whose metrics Verdana shares: enough to keep labels from each other.</summary>
internal static class TextWidth
{
    private const double OfOthers = 0.64;

    /// <summary>Advances of the characters from space to tilde, thousandths of the size; from the font's hmtx table.</summary>
    private static readonly short[] _advances =
    [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636,
        636, 636, 337, 337, 838, 838, 838, 531,
        1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989,
        685, 611, 685, 390, 337, 390, 838, 500,
        500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818,
        592, 592, 525, 636, 337, 636, 838,
    ];

    /// <returns>Pixels at a size in pixels.</returns>
    public static double Of(string text, double size)
    {
        var width = 0.0;
        foreach (var c in text)
            width += c is >= ' ' and <= '~' ? _advances[c - ' '] / 1000.0 : OfOthers;

        return width * size;
    }

    /// <summary>Breaks text between words into lines of at most a width; a longer word stays whole.</summary>
    public static IReadOnlyList<string> Wrap(string text, double size, double width)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' '))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Of(longer, size) > width)
            {
                lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>Shortens text in its middle, so that its two ends stay to be told apart.</summary>
    public static string Fit(string text, double size, double width)
    {
        if (Of(text, size) <= width)
            return text;

        for (var kept = text.Length - 1; kept > 2; kept--)
        {
            var shorter = $"{text[..((kept + 1) / 2)]}…{text[^(kept / 2)..]}";
            if (Of(shorter, size) <= width)
                return shorter;
        }

        return text[..1] + "…";
    }
}
