using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>An image stretched over a rectangle of the chart.</summary>
public sealed record ImageMark(GreyImage Image, double Left, double Bottom, double Right, double Top) : Mark("", Palette.Ink);
