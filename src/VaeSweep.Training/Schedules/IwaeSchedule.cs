using VaeSweep.Sweeps;

namespace VaeSweep.Training.Schedules;

/// <summary>Eight stages i = 1..8 of 3^(i-1) epochs, 3280 in all; afterwards the last one goes on.</summary>
/// <remarks>Burda et al. 2016, section 5: 0.001 times 10^(-(i-1)/7), which their code rounds to 1e-3, 7.2e-4, 5.2e-4, 3.7e-4,
/// 2.7e-4, 1.9e-4, 1.4e-4 and 1e-4. The rounding is kept: it is what the published numbers were trained with.</remarks>
internal static class IwaeSchedule
{
    private const int Stages = 8;

    public static double Factor(TrainConfig train, int epoch)
    {
        var (stage, last, length) = (1, 1, 1);
        while (epoch > last && stage < Stages)
        {
            length *= 3;
            last += length;
            stage++;
        }

        return Math.Round(Math.Pow(10, 1 - ((stage - 1) / (Stages - 1.0))), 1) / 10;
    }
}
