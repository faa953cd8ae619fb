using VaeSweep.Results.Imaging;
using VaeSweep.Results.Report;

namespace VaeSweep.Cli;

/// <summary>What figures and reports need.</summary>
internal static class FigureCheck
{
    public static IEnumerable<Finding> Run()
    {
        yield return SvgRasterizer.IsAvailable
            ? Finding.Ok("figures", "SVG, and PNG by librsvg")
            : Finding.Note("figures", "SVG, no PNG: librsvg is not installed", $"apt-get install {SvgRasterizer.Packages}");
        yield return ReportPage.IsAvailable
            ? Finding.Ok("report", "this program has the report's page inside")
            : Finding.Note("report", "this program was built without the report's page",
                "apt-get install npm, then ./vaesweep doctor builds it");
    }
}
