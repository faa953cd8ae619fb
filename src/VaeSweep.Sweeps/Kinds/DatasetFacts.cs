using System.Globalization;

namespace VaeSweep.Sweeps;

/// <summary>What is known of a data set before a file of it is opened: enough to refuse impossible splits and to estimate a
/// sweep.</summary>
/// <param name="Name">`dataset.name` of the sweep file.</param>
/// <param name="TrainImages">In the published training part.</param>
/// <param name="ValidImages">In the published validation part; where there is none, validation images are the last of the
/// training part.</param>
public sealed record DatasetFacts(string Name, int Height, int Width, int TrainImages, int ValidImages, int TestImages)
{
    /// <summary>How many labels there are; 0 where images have none.</summary>
    public int Classes { get; init; }

    /// <summary>The lowest label; the others follow it without a gap.</summary>
    public int FirstClass { get; init; }

    /// <summary>Pixels are 0 or 1 as published; otherwise they have values between before binarisation.</summary>
    public bool Binary { get; init; }

    /// <summary>Where learnt pseudo-inputs start: normal around the usual brightness.</summary>
    /// <remarks>As the code of Tomczak and Welling 2018.</remarks>
    public (double Mean, double Deviation) PseudoInputs { get; init; } = (0.4, 0.05);

    /// <summary>SHA-256 of the file that an own data set is kept in, in lower-case hexadecimal digits; null of published
    /// ones.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Pixels of one image.</summary>
    public int Pixels => Height * Width;

    /// <summary>The published parts, for people: "60,000 + 10,000".</summary>
    public string Parts => string.Join(
        " + ",
        new[] { TrainImages, ValidImages, TestImages }.Where(images => images > 0)
            .Select(images => images.ToString("N0", CultureInfo.InvariantCulture)));

    /// <summary>The labels in words: "0 to 9".</summary>
    public string Labels => $"{FirstClass} to {FirstClass + Classes - 1}";

    /// <summary>Whether images can have this label.</summary>
    public bool HasClass(int label) => label >= FirstClass && label < FirstClass + Classes;
}
