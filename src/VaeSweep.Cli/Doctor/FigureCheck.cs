using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Report;

namespace VaeSweep.Cli;

/// <summary>What figures and reports need.</summary>
internal static class FigureCheck
{
    public static IEnumerable<Finding> Run()
    {
        yield return Figures();
        yield return ReportPage.IsAvailable
            ? Finding.Ok("report", "this program has the report's page inside")
            : Finding.Note("report", "this program was built without the report's page",
                "apt-get install npm, then ./vaesweep doctor builds it");
    }

    private static Finding Figures()
    {
        try
        {
            FigureRenderer.Render(new Figure("", "", [], [])).ToPng();
            return Finding.Ok("figures", "SVG, PNG and PDF");
        }
        catch (ResultsException unloadable)
        {
            return Finding.Note("figures", unloadable.Message, "build or publish the program again, for this system");
        }
    }
}
